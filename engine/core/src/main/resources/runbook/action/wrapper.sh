# Runs a command, survives everybody, and leaves its exit code in a file. Never exits with anything but 0: where a
# database server is process 1, the death of an orphan by another code or by a signal restarts it (DOMAIN A7).
# $1 folder, $2 file with the environment or empty, $3 shell. Where many are started by one shell, it says who is who in
# plan_self, and in plan_session how a command gets a session of its own. Names are those that no environment has.
plan_folder=$1 plan_child= plan_stop=
trap '' HUP
# the claim: only one of several wrappers creates the file
set -C
{ echo "${plan_self-$$}" >"$plan_folder/pid"; } 2>/dev/null || { [ -z "$2" ] || rm -f "$2"; exit 0; }
set +C
# Descendants that have no children end first, so that each parent is still there to reap them.
leaves() {
  kids=
  { read -r kids <"/proc/$1/task/$1/children"; } 2>/dev/null
  if [ -z "$kids" ]; then kill -TERM "$1" 2>/dev/null; return; fi
  for kid in $kids; do leaves "$kid"; done
}
cancel() {
  plan_stop=1
  [ -n "$plan_child" ] || return
  kill -TERM "$plan_child" 2>/dev/null
  leaves "$plan_child"
}
trap cancel TERM INT
if [ -n "$2" ]; then . "$2"; rm -f "$2"; fi
# appending: a script that writes to /dev/stderr would otherwise write over what is there
${plan_session-} "$3" "$plan_folder/cmd" >>"$plan_folder/out" 2>>"$plan_folder/err" </dev/null 4>&- &
plan_child=$!
[ -z "$plan_stop" ] || cancel
wait $plan_child
plan_rc=$?
while [ $plan_rc -gt 128 ] && kill -0 $plan_child 2>/dev/null; do wait $plan_child; plan_rc=$?; done
# a signal of ours may have ended the waiting instead of the command
if [ $plan_rc -gt 128 ]; then
  wait $plan_child 2>/dev/null
  plan_r=$?
  [ $plan_r -eq 127 ] || plan_rc=$plan_r
fi
echo $plan_rc >"$plan_folder/rc"
exit 0
