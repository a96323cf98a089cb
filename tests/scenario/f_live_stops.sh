#!/bin/sh
# f_live_stops - live: the steps of f_live_steps, each process stopped there
# for three seconds, as if the machine had forgotten it
name=f_live_stops ACTION=stop
export name ACTION
exec "$(dirname "$0")/f_live_steps.sh"
