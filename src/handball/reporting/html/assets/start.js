startPlayer();
seekRow(state.lead, page.strike[state.lead]);
startCurves();
show();
