# Runs a command, survives everybody, and leaves its exit code in a file. Never exits with anything but 0: where a
# database server is process 1, the death of an orphan by another code or by a signal restarts it (DOMAIN A7).
# $1 folder, $2 file with the environment or empty, $3 shell
D=$1 child= stop=
trap '' HUP
# the claim: only one of several wrappers creates the file
set -C
{ echo $$ >"$D/pid"; } 2>/dev/null || { [ -z "$2" ] || rm -f "$2"; exit 0; }
set +C
# Descendants that have no children end first, so that each parent is still there to reap them.
leaves() {
  kids=
  { read -r kids <"/proc/$1/task/$1/children"; } 2>/dev/null
  if [ -z "$kids" ]; then kill -TERM "$1" 2>/dev/null; return; fi
  for kid in $kids; do leaves "$kid"; done
}
cancel() {
  stop=1
  [ -n "$child" ] || return
  kill -TERM "$child" 2>/dev/null
  leaves "$child"
}
trap cancel TERM INT
if [ -n "$2" ]; then . "$2"; rm -f "$2"; fi
# appending: a script that writes to /dev/stderr would otherwise write over what is there
"$3" "$D/cmd" >>"$D/out" 2>>"$D/err" </dev/null &
child=$!
[ -z "$stop" ] || cancel
wait $child
rc=$?
while [ $rc -gt 128 ] && kill -0 $child 2>/dev/null; do wait $child; rc=$?; done
# a signal of ours may have ended the waiting instead of the command
if [ $rc -gt 128 ]; then
  wait $child 2>/dev/null
  r=$?
  [ $r -eq 127 ] || rc=$r
fi
echo $rc >"$D/rc"
exit 0
