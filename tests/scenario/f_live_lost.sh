#!/bin/sh
# f_live_lost - live: answers are lost after the venue took the order, requests
# before, the venue fails, restarts and throttles, the user stream breaks off,
# repeats and is late, trades fail; afterwards everything agrees to the micro
# faults: F-008 F-009 F-011 F-014
set -eu
name=f_live_lost
. "$(dirname "$0")/lib.sh"
begin

live_up 80
until_true 90 filled 1
mischief 'at 0 cut_after 1' 'at 4 user_drop' 'at 7 fail_after 1' \
    'at 11 cut_before 1' 'at 14 user_freeze 3' 'at 19 status 425 3' \
    'at 23 user_twice 20' 'at 24 user_late 1500 4' 'at 28 cut_after 2' \
    'at 31 refuse balance 2' 'at 34 fail 2' 'at 39 retry 3' \
    'at 42 status 503 2' 'at 45 user_drop'
until_true 120 acts 14
more_filled
live_account 20
ends
