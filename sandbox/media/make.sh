#!/bin/sh
# Generates the two sample videos that the sandbox serves: 4 s of test pattern with a quiet tone.
# H.264 yuv420p with the index at the beginning (faststart), so all players and browsers start quickly.
set -eu
cd "$(dirname "$0")"

make_video() { # arguments: name, size
	ffmpeg -y -loglevel error \
		-f lavfi -i "testsrc2=size=$2:rate=24:duration=4" \
		-f lavfi -i "sine=frequency=440:duration=4" \
		-c:v libx264 -profile:v main -preset veryslow -crf 34 -pix_fmt yuv420p -g 48 \
		-c:a aac -b:a 32k -ac 1 -af volume=0.05 \
		-map_metadata -1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact \
		-shortest -movflags +faststart "$1"
}

make_video landscape.mp4 640x360
make_video portrait.mp4 360x640
