# for bash: sh has no arrays
words=(Hello, "$name")
echo "${words[@]}"
