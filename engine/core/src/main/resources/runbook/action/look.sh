# Says the state in one line, as poll.sh does, and nothing of the output
if [ -z "$D" ]; then echo absent; exit 0; fi
alive=
if ours; then alive=running; fi
if [ -s "$D/rc" ]; then
  read -r rc <"$D/rc"
  echo "rc $rc 0"
else
  echo "${alive:-lost}"
fi
