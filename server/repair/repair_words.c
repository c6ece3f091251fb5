/* The words of repair: stable ones for JSON and tests, the mesh's own where it has one, and a sentence for people in both languages. */
#include "repair/repair_int.h"

static const struct {
        MeshWhy why; /* MESH_FINE: a word that the mesh does not need */
        const char *name, *zh, *en;
} kinds[REPAIR_KINDS] = {
        [REPAIR_TOO_FEW] = { MESH_TOO_FEW, NULL, "点数不足", "a ring of less than three points" },
        [REPAIR_OUT_OF_RANGE] = { MESH_OUT_OF_RANGE, NULL, "坐标越界", "a ring that leaves the globe" },
        [REPAIR_NOT_CLOSED] = { MESH_FINE, "not-closed", "环未闭合",
                                "a ring whose last point is not its first" },
        [REPAIR_DUPLICATE] = { MESH_REPEATED, NULL, "重复点", "the same point twice in a row" },
        [REPAIR_SPIKE] = { MESH_SPIKE, NULL, "尖刺", "a spike: the border goes back along itself" },
        [REPAIR_NO_AREA] = { MESH_NO_AREA, NULL, "零面积环", "a ring that encloses nothing" },
        [REPAIR_BOW_TIE] = { MESH_BOW_TIE, NULL, "自相交", "a border that crosses itself" },
        [REPAIR_HOLE_OUTSIDE] = { MESH_HOLE_OUTSIDE, NULL, "洞在界外", "a hole outside of its polygon" },
        [REPAIR_T_JUNCTION] = { MESH_T_JUNCTION, NULL, "悬挂节点",
                                "a vertex at a neighbour's edge that does not have it" },
        [REPAIR_OVERLAP] = { MESH_OVERLAP, NULL, "重叠", "ground of two features" },
        [REPAIR_SLIVER] = { MESH_FINE, "sliver", "碎面", "a sliver, no wider than the tolerance" },
        [REPAIR_GAP] = { MESH_GAP, NULL, "缝隙", "ground between features that is nobody's" },
        [REPAIR_HOLE] = { MESH_FINE, "hole", "空洞", "ground within one feature that is nobody's" },
        [REPAIR_UNASSIGNED] = { MESH_UNASSIGNED, NULL, "未归属",
                                "ground of a feature that stands for no grid" },
        [REPAIR_OUTSIDE] = { MESH_FINE, "outside", "超出社区", "ground of a feature beyond its community" },
        [REPAIR_LOST] = { MESH_FINE, "lost", "无剩余面积", "a feature that has no ground left" },
};

static const struct {
        const char *name, *zh, *en;
} rules[REPAIR_RULES] = {
        [REPAIR_OPEN] = { "open", "待人工决定", "to be decided by a person" },
        [REPAIR_REMOVED] = { "removed", "已去除", "left out" },
        [REPAIR_CLOSED] = { "closed", "已闭合", "closed" },
        [REPAIR_NODED] = { "noded", "已在相邻边上补点", "put into the neighbour's edge" },
        [REPAIR_SNAPPED] = { "snapped", "已捕捉到相邻边界", "snapped to the neighbour's border" },
        [REPAIR_PARTED] = { "parted", "已在交点处断开", "parted where it crosses" },
        [REPAIR_NEIGHBOUR] = { "neighbour", "已并入共边最长的相邻格",
                               "given to the neighbour with the longest common border" },
        [REPAIR_DECIDED] = { "decided", "已按决定处理", "as was decided" },
        [REPAIR_CUT] = { "cut", "已按社区边界截去", "cut along the outline of the community" },
};

static const struct {
        const char *name, *zh, *en;
} stops[REPAIR_STOPS] = {
        [REPAIR_DONE] = { "done", "已读取", "read" },
        [REPAIR_NO_READER] = { "no-reader", "没有安装 GDAL，无法读取文件", "GDAL is not installed" },
        [REPAIR_NOT_KNOWN] = { "not-known", "不是 GeoJSON、Shapefile、GeoPackage 或 KML",
                               "It is neither GeoJSON, Shapefile, GeoPackage nor KML" },
        [REPAIR_UNREADABLE] = { "unreadable", "文件已损坏，无法读取",
                                "The file is damaged and cannot be read" },
        [REPAIR_PROJECTED] = { "projected", "坐标不是经纬度，文件也没有说明所用投影",
                               "The coordinates are no degrees, and the file does not say which projection they are in" },
        [REPAIR_FAR] = { "far", "范围超过半个地球", "It is wider than half the globe" },
        [REPAIR_NOTHING] = { "nothing", "文件中没有面", "There is no polygon in the file" },
        [REPAIR_NO_NAME] = { "no-name", "没有这个属性字段，可用的有",
                             "There is no such attribute; there are" },
        [REPAIR_TOO_BIG] = { "too-big", "超出允许的大小或数量", "It is over a limit of size or number" },
        [REPAIR_TANGLED] = { "tangled", "边界互相交叉过多", "The borders cross each other too often" },
        [REPAIR_TOO_LONG] = { "too-long", "处理时间过长", "It takes too long" },
        [REPAIR_CRASHED] = { "crashed", "读取过程异常中止，文件不可用",
                             "The reader did not survive it; the file cannot be used" },
        [REPAIR_ELSEWHERE] = { "elsewhere", "文件中的面都不在辖区内", "None of its polygons lies in the territory" },
        [REPAIR_BROKEN] = { "broken", "修复后仍不能成网", "Mended, it is still no mesh" },
};

const char *repair_kind_name(RepairKind kind) {
        return kinds[kind].name ? kinds[kind].name : mesh_why_name(kinds[kind].why);
}
const char *repair_kind_zh(RepairKind kind) { return kinds[kind].zh; }
const char *repair_kind_en(RepairKind kind) { return kinds[kind].en; }
const char *repair_rule_name(RepairRule rule) { return rules[rule].name; }
const char *repair_rule_zh(RepairRule rule) { return rules[rule].zh; }
const char *repair_rule_en(RepairRule rule) { return rules[rule].en; }
const char *repair_stop_name(RepairStop stop) { return stops[stop].name; }
const char *repair_stop_zh(RepairStop stop) { return stops[stop].zh; }
const char *repair_stop_en(RepairStop stop) { return stops[stop].en; }
