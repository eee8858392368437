#include "bridge.h"
void mg_library_pattern(mg_state *S, lua_State *L) {
    (void)S;
    lua_pushcfunction(L, luaopen_string);
    lua_call(L, 0, 1);
    const char *const names[]={"find","match","gmatch","gsub",NULL};
    for (const char *const *name = names; *name != NULL; name++) { lua_getfield(L,-1,*name); lua_setfield(L,-3,*name);}
    lua_pop(L,1);
}
