/* Finds GDAL's functions, registers the four drivers and shuts every door to other files and to the network. */
#include "repair/repair_gdal.h"
#include "base/rc.h"
#include <dlfcn.h>
#include <pthread.h>

static Gdal loaded;
const Gdal *gdal;

/* Exported by libgdal for this use; declared only in its C++ header ogrsf_frmts.h. */
static const char *const drivers[] = { "RegisterOGRGeoJSON", "RegisterOGRShape", "RegisterOGRGeoPackage",
                                       "RegisterOGRKML" };

static bool find(void *library) {
        bool fine = true;

        /* POSIX lets a pointer to a function travel as one to an object */
#define GDAL_FIND(name) fine &= (*(void **)(void *)&loaded.name = dlsym(library, #name)) != NULL;
        GDAL_FUNCTIONS(GDAL_FIND)
#undef GDAL_FIND
        return fine;
}

static void load(void) {
        void *library =
                dlopen("libgdal.so.32",
                       RTLD_NOW | RTLD_LOCAL); /* Debian 12's; its C interface is tied to this name */

        if (!library || !find(library))
                return;
        loaded.CPLSetConfigOption("CPL_VSIL_CURL_ALLOWED_FILENAME", "none");
        loaded.CPLSetConfigOption("OGR_SQLITE_STATIC_VIRTUAL_OGR",
                                  "NO"); /* a GeoPackage may not open other files */
        loaded.CPLSetConfigOption("OGR_SQLITE_LOAD_EXTENSIONS", NULL);
        loaded.CPLSetConfigOption("SHAPE_RESTORE_SHX", "NO"); /* it walks without end over damaged records */
        for (size_t i = 0; i < ARRAY_LEN(drivers); i++) {
                void (*add)(void) = NULL;

                *(void **)(void *)&add = dlsym(library, drivers[i]);
                if (!add)
                        return;
                add();
        }
        gdal = &loaded;
}

bool gdal_load(void) {
        static pthread_once_t once = PTHREAD_ONCE_INIT;

        pthread_once(&once, load);
        return gdal != NULL;
}
