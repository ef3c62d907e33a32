/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names as they stand on the lists of a large university. */
#include "vigil-hall-names.h"

typedef struct
{
  const char *const *given;
  const char *const *family;
  gboolean           family_first;
  const char        *space;
  guint              weight;
} Tradition;

#define LIST(...) ((const char *const []) { __VA_ARGS__, NULL })

static const Tradition traditions[] = {
  { LIST ("Emma", "Liam", "Olivia", "Noah", "Grace", "Ethan", "Chloe", "Jack", "Amelia", "Oscar", "Ruby", "Theo"),
    LIST ("Walker", "O’Connor", "Hughes", "Bennett", "MacLeod", "Fletcher", "Price", "Whitfield", "Harding"),
    FALSE, " ", 9 },
  { LIST ("Léa", "Mathis", "Chloé", "Noé", "Aïcha", "Élise", "Baptiste", "Zoé", "François", "Inès"),
    LIST ("Lefèvre", "Moreau", "Benali", "d’Aubigné", "Béranger", "Nguyen-Martin", "Roussel", "Châtelain"),
    FALSE, " ", 6 },
  { LIST ("Sofía", "Mateo", "Lucía", "Íñigo", "Valentina", "Joaquín", "Ximena", "Andrés", "María José"),
    LIST ("García Márquez", "Núñez", "Ibáñez", "Fernández de Córdoba", "Ortiz", "Peña", "Quiñones"),
    FALSE, " ", 6 },
  { LIST ("Jörg", "Anneliese", "Björn", "Käthe", "Lukas", "Änne", "Søren", "Åsa", "Ingrid", "Mika"),
    LIST ("Müller", "Großmann", "Lindqvist", "Ødegård", "von der Heide", "Weiß", "Hämäläinen", "Ångström"),
    FALSE, " ", 5 },
  { LIST ("Zofia", "Łukasz", "Radek", "Šárka", "Željko", "Ágnes", "Ștefan", "Ľubomír", "Gülşen"),
    LIST ("Nowak", "Żyła", "Kovač", "Horváth", "Jirků", "Ionescu", "Yılmaz", "Krznarić"),
    FALSE, " ", 5 },
  { LIST ("Chidinma", "Kwame", "Thandiwe", "Oluwaseun", "Amara", "Tendai", "Ngozi", "Sipho", "Makena"),
    LIST ("Okafor", "Mensah", "Dlamini", "Adébáyò", "Nkrumah", "Mutasa", "Wanjirũ", "Diallo"),
    FALSE, " ", 6 },
  { LIST ("Aarav", "Priya", "Vivaan", "Ananya", "Rohan", "Meera", "Kabir", "Lakshmi", "Arjun"),
    LIST ("Sharma", "Krishnamurthy", "Patel", "Iyer", "Venkataraman", "Banerjee", "Singh", "Reddy"),
    FALSE, " ", 8 },
  { LIST ("Анна", "Дмитрий", "Екатерина", "Олексій", "Марія", "Ярослав"),
    LIST ("Черных", "Шевченко", "Мельник", "Щербак", "Ковальчук"), FALSE, " ", 3 },
  { LIST ("Ελένη", "Γιώργος", "Αικατερίνη", "Νίκος"), LIST ("Γεωργίου", "Δημητρίου", "Οικονόμου"), FALSE, " ", 2 },
  { LIST ("伟", "秀英", "子涵", "思远", "欣怡", "浩然"), LIST ("王", "李", "欧阳", "张", "陈", "司马"), TRUE, "", 4 },
  { LIST ("さくら", "陽翔", "結衣", "大和", "美咲"), LIST ("佐藤", "小鳥遊", "渡邉", "高橋"), TRUE, " ", 2 },
  { LIST ("서연", "민준", "지우", "하준"), LIST ("김", "이", "박", "남궁"), TRUE, "", 2 },
  { LIST ("สมชาย", "ปิยะดา", "ณัฐวุฒิ"), LIST ("วงศ์สวัสดิ์", "ศรีสุข", "จันทร์เพ็ญ"), FALSE, " ", 1 },
  { LIST ("محمد", "فاطمة", "يوسف", "ليلى", "عبد الرحمن"), LIST ("الحسيني", "بن عمر", "العلوي", "الخطيب"), FALSE, " ", 3 },
  { LIST ("נועם", "תמר", "איתי", "שירה"), LIST ("כהן", "לוי", "בן־דוד", "מזרחי"), FALSE, " ", 1 },
  { LIST ("अदिति", "विक्रम", "ईशान"), LIST ("शर्मा", "त्रिपाठी", "चौहान"), FALSE, " ", 1 },
};

static const char *const platforms[] = {
  "Chromium 120 · Linux", "Chrome 131 · Windows 11", "Chrome 130 · macOS 15", "Edge 131 · Windows 11",
  "Firefox 133 · Ubuntu 24.04", "Safari 18 · macOS 15", "Chrome 131 · ChromeOS 130",
};

static const char *const rooms[] = { "A", "B", "C", "D", "E", "F", "Home", NULL };

/* Names that a layout must survive; one of each where there are enough candidates. */
static const struct
{
  guint       index;
  const char *name;
} special[] = {
  { 17, "Uvuvwevwevwe Onyetenyevwe Ugwemubwem Ossas Wolfeschlegelsteinhausenbergerdorff-"
        "Keihanaikukauakahihuliheekahaunaele María de los Dolores Concepción Inmaculada y Todos los Santos "
        "Fernández-Villaverde von und zu Hohenlohe-Waldenburg-Schillingsfürst" },
  { 43, "<b>Robert</b> & “Bobby” Tables'); --" },
  { 71, "X Æ" },
  { 97, "Nguyễn Thị Ánh Tuyết" },
};

static guint32
mix (guint32 seed, guint32 index, guint32 salt)
{
  guint32 h = seed * 0x9e3779b1u ^ (index + 1) * 0x85ebca6bu ^ salt * 0xc2b2ae35u;

  h ^= h >> 15;
  h *= 0x2c1b3c6du;
  h ^= h >> 12;
  h *= 0x297a2d39u;
  return h ^ (h >> 15);
}

static const char *
pick (const char *const *list, guint32 h)
{
  return list[h % g_strv_length ((char **) list)];
}

static const Tradition *
pick_tradition (guint32 h)
{
  guint total = 0;

  for (guint i = 0; i < G_N_ELEMENTS (traditions); i++)
    total += traditions[i].weight;
  h %= total;
  for (guint i = 0; i < G_N_ELEMENTS (traditions); i++)
    {
      if (h < traditions[i].weight)
        return &traditions[i];
      h -= traditions[i].weight;
    }
  return &traditions[0];
}

char *
vigil_hall_names_make (guint seed, guint index)
{
  const Tradition *tradition = pick_tradition (mix (seed, index, 1));
  const char *given = pick (tradition->given, mix (seed, index, 2));
  const char *family = pick (tradition->family, mix (seed, index, 3));

  for (guint i = 0; i < G_N_ELEMENTS (special); i++)
    if (special[i].index == index)
      return g_strdup (special[i].name);
  return g_strconcat (tradition->family_first ? family : given, tradition->space,
                      tradition->family_first ? given : family, NULL);
}

const char *
vigil_hall_names_get_platform (guint seed, guint index)
{
  return platforms[mix (seed, index, 4) % G_N_ELEMENTS (platforms)];
}

const char *
vigil_hall_names_get_network (guint seed, guint index, guint n)
{
  g_autofree char *name = g_strdup_printf ("campus-%u", mix (seed, index, 5) % n + 1);

  return g_intern_string (name);
}

const char *
vigil_hall_names_get_worker (guint seed, guint index, guint n)
{
  g_autofree char *name = g_strdup_printf ("%u", mix (seed, index, 6) % n + 1);

  return g_intern_string (name);
}

const char *const *
vigil_hall_names_get_rooms (void)
{
  return rooms;
}
