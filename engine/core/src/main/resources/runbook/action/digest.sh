# Runs the digest command $1 on file $2, and says something every few seconds, so that nobody takes the connection for
# idle. Whatever breaks, no orphan ends by a signal: a database server as process 1 would restart (DOMAIN A7).
trap '' PIPE
(while sleep 5 </dev/null >/dev/null 2>&1; do printf . >&2; done) </dev/null >/dev/null &
t=$!
h=$("$1" <"$2")
r=$?
kill $t
wait $t 2>/dev/null
echo "$h"
exit $r
