"""The code lists of CDISC Controlled Terminology (NCI EVS) that the import meets, and values that have
since changed.

A value is never replaced silently: what was delivered stays beside the value of today's terminology.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Coded:
    """A value of today's terminology (`value`, NCI `code` or empty) and the text that was delivered
    (`source`).
    """

    value: str
    source: str
    code: str = ""

    @property
    def is_changed(self) -> bool:
        """Whether the delivered text is not the value of today."""
        return self.value != self.source


@dataclass(frozen=True, slots=True)
class CodeList:
    """A code list: submission value to NCI code, outdated value to the value of today.

    Only a sponsor-extensible list accepts values that it does not name.
    """

    name: str
    values: dict[str, str]
    is_extensible: bool = False
    outdated: dict[str, str] = field(default_factory=dict)

    def find(self, text: str) -> Coded | None:
        """The value that `text` stands for today, or nothing where a closed list does not have it."""
        wanted = text.upper()
        wanted = self.outdated.get(wanted, wanted)
        if wanted in self.values:
            return Coded(wanted, text, self.values[wanted])
        return Coded(text, text) if self.is_extensible else None


SEX = CodeList(
    "SEX (C66731)",
    {"F": "C16576", "M": "C20197", "U": "C17998", "INTERSEX": "C45908"},
    outdated={"UNDIFFERENTIATED": "INTERSEX"},
)
RACE = CodeList(
    "RACE (C74457)",
    {
        "AMERICAN INDIAN OR ALASKA NATIVE": "C41259",
        "ASIAN": "C41260",
        "BLACK OR AFRICAN AMERICAN": "C16352",
        "NATIVE HAWAIIAN OR OTHER PACIFIC ISLANDER": "C41219",
        "WHITE": "C41261",
        "MULTIPLE": "",
        "NOT REPORTED": "C43234",
        "OTHER": "C17649",
        "UNKNOWN": "C17998",
    },
)
ETHNICITY = CodeList(
    "ETHNIC (C66790)",
    {
        "HISPANIC OR LATINO": "C17459",
        "NOT HISPANIC OR LATINO": "C41222",
        "NOT REPORTED": "C43234",
        "UNKNOWN": "C17998",
    },
)
AGE_UNIT = CodeList(
    "AGEU (C66781)",
    {"YEARS": "C29848", "MONTHS": "C29846", "WEEKS": "C29844", "DAYS": "C25301", "HOURS": "C25529"},
)
CRITERION_CATEGORY = CodeList("IECAT (C66797)", {"INCLUSION": "C25532", "EXCLUSION": "C25370"})
DISPOSITION_CATEGORY = CodeList(
    "DSCAT (C74558)",
    {"DISPOSITION EVENT": "C74590", "OTHER EVENT": "C74589", "PROTOCOL MILESTONE": "C74588"},
)
EPOCH = CodeList(
    "EPOCH (C99079)",
    {
        "SCREENING": "C48262",
        "RUN-IN": "C98779",
        "TREATMENT": "C101526",
        "FOLLOW-UP": "C99158",
        "WASHOUT": "C42872",
    },
    is_extensible=True,
)
ARM_NULL_REASON = CodeList(
    "ARMNULRS (C142179)",
    {"SCREEN FAILURE": "", "NOT ASSIGNED": "", "ASSIGNED, NOT TREATED": "", "UNPLANNED TREATMENT": ""},
    is_extensible=True,
)
END_REASON = CodeList(
    "NCOMPLT (C66727)",
    {
        "ADVERSE EVENT": "C41331",
        "COMPLETED": "C25250",
        "DEATH": "C28554",
        "DISEASE RELAPSE": "C38155",
        "FAILURE TO MEET CONTINUATION CRITERIA": "",
        "FAILURE TO MEET RANDOMIZATION CRITERIA": "C105448",
        "LACK OF EFFICACY": "C48226",
        "LOST TO FOLLOW-UP": "C48227",
        "NON-COMPLIANCE WITH STUDY DRUG": "C49631",
        "OTHER": "C17649",
        "PHYSICIAN DECISION": "C48250",
        "PREGNANCY": "C25742",
        "PROGRESSIVE DISEASE": "C35571",
        "PROTOCOL DEVIATION": "C48251",
        "PROTOCOL-SPECIFIED WITHDRAWAL CRITERION MET": "",
        "RECOVERY": "C25746",
        "SCREEN FAILURE": "C49628",
        "SITE TERMINATED BY SPONSOR": "C106576",
        "STUDY TERMINATED BY SPONSOR": "C49632",
        "TECHNICAL PROBLEMS": "C49633",
        "WITHDRAWAL BY PARENT/GUARDIAN": "C102355",
        "WITHDRAWAL BY SUBJECT": "C49634",
    },
    is_extensible=True,
    outdated={"PROTOCOL VIOLATION": "PROTOCOL DEVIATION"},
)
MILESTONE = CodeList(
    "PROTMLST (C114118)",
    {"INFORMED CONSENT OBTAINED": "C16735", "RANDOMIZED": "C114209"},
    is_extensible=True,
)
SPONSOR_DEFINED = CodeList("OTHER EVENT", {}, is_extensible=True)
# Both are values of the arm variables of DM before SDTM Implementation Guide 3.3, which leaves the arm
# blank instead.
SCREEN_FAILURE_ARMS = frozenset({"SCRNFAIL"})
UNASSIGNED_ARMS = frozenset({"SCRNFAIL", "NOTASSGN"})
