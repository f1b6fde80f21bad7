# Says what is new, as frames: `out N` or `err N` and N bytes; at the end one of `rc CODE SECONDS`, `running`, `lost`,
# `absent`. $2 and $3: how many bytes of output and error output are known; $4: how many seconds to stay
if [ -z "$D" ]; then echo absent; exit 0; fi
cd "$D" || { echo absent; exit 0; }
a=$2 b=$3 i=0
: >>out
: >>err
exec 3<out 4<err
dd bs=1 skip="$a" count=0 <&3 2>/dev/null
dd bs=1 skip="$b" count=0 <&4 2>/dev/null
sizes() {
  set -- $(stat -c %s out err 2>/dev/null || { wc -c <out; wc -c <err; })
  x=$1 y=$2
}
frame() {
  n=$(($4 - $3))
  [ $n -le 1048576 ] || n=1048576
  echo "$1 $n"
  dd bs=$n count=1 <&"$2" 2>/dev/null
}
alive=1
ours || alive=
while :; do
  # the order matters: alive, then code, then sizes
  [ -z "$alive" ] || kill -0 "$p" 2>/dev/null || alive=
  ended=
  [ ! -s rc ] || ended=1
  sizes
  if [ "$x" -lt "$a" ]; then exec 3<out; a=0; echo "again out"; fi
  if [ "$y" -lt "$b" ]; then exec 4<err; b=0; echo "again err"; fi
  while [ "$a" -lt "$x" ]; do frame out 3 "$a" "$x"; a=$((a + n)); done
  while [ "$b" -lt "$y" ]; do frame err 4 "$b" "$y"; b=$((b + n)); done
  if [ -n "$ended" ]; then
    read -r rc <rc
    echo "rc $rc $(($(date -r rc +%s 2>/dev/null || echo 0) - $(date -r pid +%s 2>/dev/null || echo 0)))"
    exit 0
  fi
  if [ -z "$alive" ]; then echo lost; exit 0; fi
  i=$((i + 1))
  t=0.2
  [ $i -gt 20 ] || t=0.05
  if [ $((i / 5)) -ge "$4" ]; then echo running; exit 0; fi
  sleep $t 2>/dev/null || { sleep 1; i=$((i + 4)); }
done
