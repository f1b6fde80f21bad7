# Makes file $1 in folder $2, or cuts it to at most $3 bytes
mkdir -p "$2" || exit 1
: >>"$1" || exit 1
if [ "$(wc -c <"$1")" -gt "$3" ]; then dd if=/dev/null of="$1" bs=1 seek="$3" count=0 2>/dev/null; fi
