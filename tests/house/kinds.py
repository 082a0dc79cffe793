"""The kinds of things that fields hold.

- identifying: tells who a participant is (the identifiers of 45 CFR 164.514(b)(2)(i), and what leads to them);
- coded: stands for a participant or a place without saying who it is (GDPR Article 4(5));
- clinical: what is known of a coded participant, free text about them included;
- treatment: which arm a participant was meant to get or got (ICH E9 2.3.1);
- operational: the protocol, the institutions, accounts of staff, and what the portal keeps of its own work.
"""

IDENTIFYING = "identifying"
CODED = "coded"
CLINICAL = "clinical"
TREATMENT = "treatment"
OPERATIONAL = "operational"

KINDS = (IDENTIFYING, CODED, CLINICAL, TREATMENT, OPERATIONAL)
