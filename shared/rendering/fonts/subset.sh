#!/usr/bin/env bash
# Makes the two font files beside it from Debian's fonts-noto-core; see README.md.
set -euo pipefail
cd "$(dirname "$0")"
source=${1:-/usr/share/fonts/truetype/noto}

# Latin with its extensions, modifier letters, combining marks, Greek, Cyrillic, punctuation, digits above
# and below the line, currencies, numero, trade mark, minus.
ranges="U+0020-007E,U+00A0-024F,U+02B9-02DD,U+0300-036F,U+0370-03FF,U+0400-052F,U+1E00-1EFF,U+1F00-1FFF"
ranges="$ranges,U+2010-2027,U+2030-205E,U+2070-209F,U+20A0-20C0,U+2116,U+2122,U+2212"

for face in Regular Bold; do
    python3 -m fontTools.subset "$source/NotoSans-$face.ttf" \
        --unicodes="$ranges" \
        --no-hinting \
        --layout-features='' \
        --drop-tables+=GDEF,GPOS,GSUB,gasp \
        --name-IDs='0,1,2,5,6,13,14' \
        --notdef-outline \
        --output-file="NotoSans-$face.ttf"
done
