"""What everybody saw, and when: clients that write down each thing they did, and a checker that knows only what they wrote."""
