set -eu
echo "$one" "$two" "$three"
program "$secret"
