"""The evidence typed once more, straight from the document behind `seeds/`, not from the tables.

A row: id, value, low, high, first day, last day. None where the document says nothing.
"""

from __future__ import annotations

H1_2023 = ("2023-01-01", "2023-06-30")
WAR_YEAR = ("2022-02-24", "2023-03-21")
YEAR_2022 = ("2022-01-01", "2022-12-31")
Q1_2023 = ("2023-01-01", "2023-03-31")
CHINESE = ("2022-03-01", "2023-05-31")
PAPERS = ("2022-12-01", "2023-04-30")

SECTION_1 = [
    "D01", "D02", "D03", "D04", "D05", "D07", "D08", "D10", "D11", "D12", "D13", "D14", "D15", "D16", "D17",
    "D18", "D19", "D20", "D21", "D22", "D23", "D24", "D25", "D26", "D27", "D28", "D29", "D30", "D31", "D32",
]  # fmt: skip
"""Facts in the documents: a row of the document each."""
SECTION_2 = ["F01", "F02", "F06", "F07", "F08", "F09", "F11", "F14", "F16", "G05", "G15", "G19", "G20", "G22"]
"""Facts from outside."""
SECTION_3 = 55
"""Numbers in the table of ranges, which has several in a row."""
SECTION_4 = [
    "2020-12-18", "2022-02-24", "2022-03-01", "2022-04-26", "2023-04-01", "2023-09-01", "2023-10-01",
    "2023-12-22", "2024-09-01",
]  # fmt: skip
"""Days of the policy clock; the first of October stands for autumn 2023."""

ROLES = {
    "fit": "D01 D02 D03 D04 D05 D10 D11 D15 D16 D17 F01 F02 F06 F07 F08 F11 F14 F16",
    "check": "D19 D20 D21 D28",
    "prior": "D12 D13 D32 F09 G15 G19 G20 G22",
    "pattern": "D07 D08 D14 D23 D24 D25 D27 D29 D30 D31 G05",
    "policy": "D18 D22",
    "measure": "D26",
}
"""Facts by role."""

AT_LEAST = ["D01", "D02", "D10", "D13", "D15b", "D16", "D16b", "F02", "F02b", "F07", "G15"]
AT_MOST = ["D14", "D20", "F01", "F01b", "F01c", "F01d"]

SOURCES = {
    "doc000": "D01 D02 D11 D13 D14 D16 D17 D18 D19 D20 D21 D22 D23 D24 D27 D28 D29",
    "doc001": "D03 D04 D05 D07 D12 D15 D23 D24 D25 D26 D27 D30",
    "doc002": "D03 D04 D05 D07 D15 D23 D24 D25 D30",
    "doc003": "D08 D10 D31 D32",
    "doc004": "D03 D12 D24",
    "cn-customs": "F01",
    "nikkei-asiafin": "F02",
    "occrp": "F06 F07 G19 G20 G22",
    "ft-frf": "F08",
    "wapo": "F09",
    "kommersant-2022": "F11",
    "kommersant-2023": "F14",
    "ua-press": "F16",
    "kse": "G05",
    "nyt-chips": "G15",
    "nikkei-2023": "G19 G20",
    "moscowtimes-2023": "G19 G20",
    "dronedj": "G20",
}
"""Facts by source."""

CONFIDENCE = {"H": "F01 F06 F07 G05 G15", "M": "F02 F08 F09 F11 F14 F16 G19 G20 G22"}
"""Facts from outside by confidence; the document gives none for the others."""

FACTS = (
    ("D01", 0.2e6, 0.2e6, None, *H1_2023),
    ("D02", 14.5e6, 14.5e6, None, *H1_2023),
    ("D03", 12e6, None, None, *WAR_YEAR),
    ("D04", 70, None, None, *WAR_YEAR),
    ("D04b", 26, None, None, *WAR_YEAR),
    ("D05b", 2e6, 1.7e6, 2e6, "2022-02-24", "2023-02-28"),
    ("D07", 12, None, None, None, None),
    ("D08", 37, None, None, *PAPERS),
    ("D08b", 103e3, None, None, *PAPERS),
    ("D08c", 2780, None, None, *PAPERS),
    ("D08d", 1.2e6, None, None, *PAPERS),
    ("D08e", 36077, None, None, *PAPERS),
    ("D08f", 10, None, None, *PAPERS),
    ("D08g", 0, None, None, "2022-02-24", "2022-11-30"),
    ("D10", 30e3, 30e3, None, *CHINESE),
    ("D10b", 2e6, None, None, *CHINESE),
    ("D11", 10e3, None, None, "2023-01-01", "2023-08-31"),
    ("D13", 0.9, 0.9, None, None, None),
    ("D14", 0.7, None, 0.7, None, None),
    ("D17", 10, None, None, "2022-04-26", "2023-06-30"),
    ("D18", None, None, None, "2023-09-01", None),
    ("D19", 2, None, None, "2023-09-01", "2023-10-31"),
    ("D20", 6, None, 6, "2023-07-31", "2023-08-31"),
    ("D23", None, None, None, "2022-04-26", None),
    ("D23b", 0, None, None, "2022-04-17", None),
    ("D26", 0.9, None, None, None, None),
    ("D32", 25, None, None, None, None),
    ("F01", 530, None, 530, "2022-01-01", "2022-02-28"),
    ("F01b", 904e3, None, 904e3, "2022-01-01", "2022-02-28"),
    ("F01c", 0, None, 0, "2022-03-01", "2022-12-31"),
    ("F01d", 5, None, 5, "2023-01-01", "2023-08-31"),
    ("F02", 30e3, 30e3, None, *CHINESE),
    ("F02b", 32e6, 32e6, None, *CHINESE),
    ("F06", 5e6, None, None, *YEAR_2022),
    ("F06b", 1.23e6, None, None, *YEAR_2022),
    ("F06c", 0, None, None, "2021-01-01", "2021-12-31"),
    ("F07", 500, 500, None, "2022-04-01", "2022-12-31"),
    ("F08", 158, None, None, *YEAR_2022),
    ("F08b", 0.6e6, None, None, *YEAR_2022),
    ("F09", 14, None, None, "2023-01-01", "2023-07-31"),
    ("F09b", 14e3, None, None, "2023-01-01", "2023-07-31"),
    ("F11", 0.3, None, None, "2022-04-26", "2022-06-30"),
    ("F11b", 3, None, None, "2022-04-26", "2022-06-30"),
    ("F14", 26_700, None, None, *Q1_2023),
    ("F14b", 17_600, None, None, *Q1_2023),
    ("F14c", 0.2, None, None, *Q1_2023),
    ("F14d", 20, None, None, *Q1_2023),
    ("F14e", 15, None, None, *Q1_2023),
    ("F16", 2.4, None, None, "2023-03-01", "2023-08-31"),
    ("F16b", 500e3, None, None, "2023-03-01", "2023-04-30"),
    ("F16c", 280e3, None, None, "2023-06-01", "2023-06-30"),
    ("F16d", 212e3, None, None, "2023-08-01", "2023-08-31"),
    ("G05", 0.7, None, None, "2022-02-24", "2022-12-31"),
    ("G15", 6000, 6000, None, "2021-07-01", "2024-07-31"),
    ("G20", 15.5, 13, 18, "2022-02-24", "2023-08-31"),
    ("G22", 2, None, None, "2022-04-01", "2022-12-31"),
)
"""Facts whose numbers the document gives."""

RANGES = (
    # prices
    ("P01", 250, 100, 500), ("P02", 2050, 1500, 2200), ("P03", 3000, 2000, 6000), ("P04", 5000, 3000, 9000),
    ("P05", 450, 300, 700), ("P06", 14e3, 8e3, 20e3),
    # output, export capacity, coverage, mark-ups
    ("P07", 264e3, 200e3, 320e3), ("P08", 30e3, 15e3, 60e3), ("P09", 5e3, 2e3, 10e3),
    ("P10", 0.45, 0.15, 0.8), ("P11", 0.20, 0.07, 0.4), ("P12", 0.2, 0.1, 0.3), ("P13", 0.15, 0.05, 0.25),
    ("P14", 0.8, 0.7, 1.3), ("P15", 3, 2, 5), ("P18", 0.04, 0.03, 0.1), ("P19", 5, 2, 24),
    # lead times, licences
    ("P20", 3, 2, 5), ("P21", 5, 3, 8), ("P22", 6, 4, 10), ("P23", 5, 3, 8), ("P30", 4, 1.5, 12),
    # seizure, in per cent
    ("P32", 0.005, 0, 0.02), ("P33", 0.005, 0, 0.02), ("P34", 0.04, 0.01, 0.1), ("P35", 0.01, 0.003, 0.03),
    ("P36", 0.08, 0.03, 0.2), ("P37", 0.05, 0.02, 0.15), ("P38", 0, 0, 0.01),
    # firms
    ("P16", 0.04, 0.01, 0.08), ("P17", 14, 5, 24), ("P25", 1.5, 0.5, 4), ("P39", 2, 1, 4), ("P40", 1, 1, 2),
    ("P41", 12, None, None), ("P24", 0.4, 0.2, 0.6), ("P42", 0.5, 0.3, 0.9),
    # buyers
    ("P26", -0.4, -0.6, -0.2), ("P27", -1.5, -2.5, -0.8), ("P29", 1.3, 1, 2), ("P28", 3, 2, 8),
    ("P43", 3e3, 1.5e3, 6e3), ("P44", 6e3, 3e3, 12e3), ("P45", 6e3, 3e3, 12e3),
    ("P46", 4e3, 1.6e3, 10e3), ("P47", 8e3, 3.2e3, 20e3), ("P48", 15e3, 6e3, 37.5e3),
    ("P49", 90e6, 67.5e6, 112.5e6), ("P50", 43e6, 32.25e6, 53.75e6), ("P51", 0.25, 0.15, 0.4),
    ("P52", 90e6, 63e6, 117e6), ("P53", 0.15, 0.05, 0.3), ("P54", 20e6, 8e6, 50e6), ("P55", 6e6, 2e6, 20e6),
    ("P31", 2, 0.5, 6),
)  # fmt: skip
"""Parameters with default and range."""

VOLUMES = {
    "V01": 27_000, "V02": 1_200, "V03": 1_800, "V04": 234_000, "V05": 2_700, "V06": 2_300, "V07": 9_800,
    "V08": 500, "V09": 250, "V10": 500, "V11": 350, "V12": 150, "V13": 600, "V14": 150, "V15": 4_600, "V16": 384,
    "V17": 16, "V18": 700, "V19": 12_100, "V20": 2_650, "V21": 5_000, "V22": 6_200, "V23": 2_950, "V24": 3_250,
    "V25": 10_000, "V26": 19_100, "V27": 221_900, "V28": 36, "V29": 59, "V30": 30, "V31": 25, "V32": 15, "V33": 20,
    "V34": 20, "V35": 15, "V36": 25, "V37": 20, "V38": 80, "V39": 30, "V40": 110, "V41": 60, "V42": 40, "V43": 12,
    "V44": 170, "V45": 60, "V46": 12, "V47": 120,
}  # fmt: skip
"""The reading in which all holds at once."""
