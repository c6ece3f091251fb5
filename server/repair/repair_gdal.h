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
        F(CPLSetThreadLocalConfigOption) \
        F(CSLAddNameValue) \
        F(CSLDestroy) \
        F(GDALClose) \
        F(GDALCreate) \
        F(GDALDatasetCommitTransaction) \
        F(GDALDatasetCreateLayer) \
        F(GDALDatasetGetLayer) \
        F(GDALDatasetGetLayerCount) \
        F(GDALDatasetStartTransaction) \
        F(GDALGetDriverByName) \
        F(GDALOpenEx) \
        F(OCTDestroyCoordinateTransformation) \
        F(OCTNewCoordinateTransformation) \
        F(OCTTransform) \
        F(OGR_FD_GetFieldCount) \
        F(OGR_FD_GetFieldDefn) \
        F(OGR_FD_GetFieldIndex) \
        F(OGR_F_Create) \
        F(OGR_F_Destroy) \
        F(OGR_F_GetFID) \
        F(OGR_F_GetFieldAsString) \
        F(OGR_F_GetGeometryRef) \
        F(OGR_F_IsFieldSetAndNotNull) \
        F(OGR_F_SetFieldInteger64) \
        F(OGR_F_SetFieldString) \
        F(OGR_F_SetGeometryDirectly) \
        F(OGR_Fld_Create) \
        F(OGR_Fld_Destroy) \
        F(OGR_Fld_GetNameRef) \
        F(OGR_Fld_SetWidth) \
        F(OGR_GT_Flatten) \
        F(OGR_GT_IsSubClassOf) \
        F(OGR_G_AddGeometryDirectly) \
        F(OGR_G_CreateGeometry) \
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
        F(OGR_G_SetPoint_2D) \
        F(OGR_G_SetPoints) \
        F(OGR_L_CreateFeature) \
        F(OGR_L_CreateField) \
        F(OGR_L_GetLayerDefn) \
        F(OGR_L_GetName) \
        F(OGR_L_GetNextFeature) \
        F(OGR_L_GetSpatialRef) \
        F(OGR_L_ResetReading) \
        F(OSRCloneGeogCS) \
        F(OSRDestroySpatialReference) \
        F(OSRGetAttrValue) \
        F(OSRImportFromEPSG) \
        F(OSRIsProjected) \
        F(OSRNewSpatialReference) \
        F(OSRSetAxisMappingStrategy) \
        F(VSIFCloseL) \
        F(VSIFOpenL) \
        F(VSIFReadL) \
        F(VSIFileFromMemBuffer) \
        F(VSIFree) \
        F(VSIGetMemFileBuffer) \
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
