startPlayer();
seekRow(state.lead, page.keys[2][state.lead]);
startCurves();
show();
