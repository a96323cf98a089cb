#!/bin/sh
# f_live_relay - live: f_live_chain for a deposit wallet, which acts by its
# relayer alone
name=f_live_relay WALLET=3
export name WALLET
exec "$(dirname "$0")/f_live_chain.sh"
