int CTokens_stub;
