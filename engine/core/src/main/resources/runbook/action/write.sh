# Writes $3 bytes at MiB $2 into file $1, reads them again and says their SHA-512; complaints go to the error output
head -c "$3" | dd of="$1" bs=65536 seek=$(($2 * 16)) conv=notrunc
dd if="$1" bs=65536 skip=$(($2 * 16)) count=$((($3 + 65535) / 65536)) 2>/dev/null | sha512sum
