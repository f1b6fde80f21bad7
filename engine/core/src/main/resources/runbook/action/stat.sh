# Says what $1 is: `absent`, `folder`, `unreadable`, or `file SIZE MODIFIED`
if [ -d "$1" ]; then
  echo folder
elif [ ! -e "$1" ]; then
  echo absent
elif [ ! -r "$1" ]; then
  echo unreadable
else
  echo "file $(stat -L -c '%s %y' "$1" 2>/dev/null || wc -c <"$1")"
fi
