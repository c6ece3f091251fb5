/* GDAL, loaded when the first file is read: with the hundred libraries behind it, it would cost every other command and every server a tenth of a
 * second and 20 MB. The functions that are used, by their own names: gdal->GDALOpenEx(…). */
#pragma once
#include "repair/repair_int.h"
#include <gdal/cpl_conv.h>
#include <gdal/cpl_string.h>
#include <gdal/cpl_vsi.h>
#include <gdal/gdal.h>
#include <gdal/ogr_api.h>
#include <gdal/ogr_srs_api.h>

#define GDAL_FUNCTIONS(F) \
        F(CPLErrorReset) \
        F(CPLGetExtension) \
        F(CPLGetLastErrorMsg) \
        F(CPLGetLastErrorType) \
        F(CPLPopErrorHandler) \
        F(CPLPushErrorHandler) \
        F(CPLRecode) \
        F(CPLSetConfigOption) \
        F(CSLDestroy) \
        F(GDALClose) \
        F(GDALDatasetGetLayer) \
        F(GDALDatasetGetLayerCount) \
        F(GDALOpenEx) \
        F(OCTDestroyCoordinateTransformation) \
        F(OCTNewCoordinateTransformation) \
        F(OCTTransform) \
        F(OGR_FD_GetFieldCount) \
        F(OGR_FD_GetFieldDefn) \
        F(OGR_FD_GetFieldIndex) \
        F(OGR_F_Destroy) \
        F(OGR_F_GetFID) \
        F(OGR_F_GetFieldAsString) \
        F(OGR_F_GetGeometryRef) \
        F(OGR_F_IsFieldSetAndNotNull) \
        F(OGR_Fld_GetNameRef) \
        F(OGR_GT_Flatten) \
        F(OGR_GT_IsSubClassOf) \
        F(OGR_G_DestroyGeometry) \
        F(OGR_G_GetGeometryCount) \
        F(OGR_G_GetGeometryRef) \
        F(OGR_G_GetGeometryType) \
        F(OGR_G_GetLinearGeometry) \
        F(OGR_G_GetPointCount) \
        F(OGR_G_GetX) \
        F(OGR_G_GetY) \
        F(OGR_G_HasCurveGeometry) \
        F(OGR_G_IsEmpty) \
        F(OGR_L_GetLayerDefn) \
        F(OGR_L_GetName) \
        F(OGR_L_GetNextFeature) \
        F(OGR_L_GetSpatialRef) \
        F(OGR_L_ResetReading) \
        F(OSRCloneGeogCS) \
        F(OSRDestroySpatialReference) \
        F(OSRGetAttrValue) \
        F(OSRIsProjected) \
        F(OSRSetAxisMappingStrategy) \
        F(VSIFCloseL) \
        F(VSIFOpenL) \
        F(VSIFReadL) \
        F(VSIFileFromMemBuffer) \
        F(VSIFree) \
        F(VSIReadDirRecursive) \
        F(VSIRmdirRecursive) \
        F(VSIStatL) \
        F(CPLQuietErrorHandler)

typedef struct Gdal {
#define GDAL_MEMBER(name) __typeof__(name) *name;
        GDAL_FUNCTIONS(GDAL_MEMBER)
#undef GDAL_MEMBER
} Gdal;

extern const Gdal *gdal; /* set by gdal_load */
/* False: it is not installed, or lacks something. */
bool gdal_load(void);
