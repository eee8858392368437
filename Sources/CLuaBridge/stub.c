int CLuaBridge_stub;
