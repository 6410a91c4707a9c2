#!/usr/bin/env bash
# Renders photo.jpg (mountains at dusk over a lake) from formulas only. Requires ffmpeg.
set -euo pipefail
cd "$(dirname "$0")"

# Sky gradient from deep blue to orange, glow of the sun, three ridges (sums of sines), reflection.
ridge() { echo "($1+$2*sin(X/$3+$4)+$5*sin(X/$6+$7)+$8*sin(X/${9}))"; }
far=$(ridge 470 46 310 0.4 26 117 1.0 9 41)
mid=$(ridge 560 58 390 2.1 30 143 0.3 11 37)
near=$(ridge 660 42 270 4.2 22 97 2.2 8 29)

# Y coordinate of the scene shown at this pixel. Below the shore (760), the water reflects it with ripples.
scene_y="if(lt(Y,760),Y,1520-Y+5*sin(Y/5.3+X/310)*(Y-760)/320)"
glow="exp(-((X-1240)*(X-1240)/150000+(ld(0)-430)*(ld(0)-430)/42000))"

layer() { # arguments: far, mid and near ridge values of one color channel, then its sky formula
	echo "st(0,$scene_y);if(gt(ld(0),$near),$3,if(gt(ld(0),$mid),$2,if(gt(ld(0),$far),$1,$4)))*if(lt(Y,760),1,0.72)"
}
red=$(layer 112 70 30 "clip(38+ld(0)*0.30+150*$glow,0,255)")
green=$(layer 96 66 34 "clip(58+ld(0)*0.15+95*$glow,0,255)")
blue=$(layer 128 92 46 "clip(128-ld(0)*0.07+10*$glow,0,255)")

ffmpeg -y -loglevel error -f lavfi -i "color=black:s=1920x1080,format=gbrp" \
	-vf "geq=r='$red':g='$green':b='$blue',gblur=sigma=0.9,vignette=PI/5,noise=alls=9:allf=u:all_seed=7" \
	-frames:v 1 -update 1 -pix_fmt yuvj420p -qmin 1 -q:v 1 photo.jpg
