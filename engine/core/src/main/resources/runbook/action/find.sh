# $1 name of the folder; sets D, empty if nothing was started under that name
D=
for b in "${TMPDIR:-/tmp}" /tmp /dev/shm /var/tmp; do
  if [ -s "$b/.plan/$1/pid" ]; then D=$b/.plan/$1; break; fi
done
p=
[ -z "$D" ] || read -r p <"$D/pid"
# the number may belong to somebody else by now, and a zombie has no command line
ours() {
  case $(tr -d '\000' <"/proc/$p/cmdline" 2>/dev/null) in *"$D"*) return 0 ;; esac
  return 1
}
