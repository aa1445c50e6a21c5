# Magellan LeadCare II: blood lead. The maker's program writes an XML file for each report into a
# folder; the wire of the analyzer itself is not known.
#
# What is public says only that these files are XML (devices.md 3.18). Their element names are
# ASSUMED here, so that a site can see what a profile for them looks like: compare one file with
# the paths below, put the right names into a copy of this file in the site's profile folder, and
# try it with `phial decode`. A file that does not fit is held and shown, never guessed.

[profile]
id = magellan-leadcare-2
maker = Magellan Diagnostics
model = LeadCare II
maturity = draft
source = devices.md 3.18: that the reports are XML; the element names are assumed

[connection]
link = file

[message]
format = xml
recognise = XML.root = LeadCareReport

[structure]
header = LeadCareReport Analyzer
order = Test
result = Result

[paths]
model = Analyzer.Model
serial = Analyzer.SerialNumber
software = Analyzer.SoftwareVersion
sent_at = LeadCareReport.Created
specimen = Test.SampleId
patient_id = Test.PatientId
patient_name = Test.PatientName
patient_birth_date = Test.BirthDate
patient_sex = Test.Sex
operator = Test.Operator
run = Test.TestNumber
code = Result.Analyte
value = Result.Value
unit = Result.Units
flags = Result.Flag
range = Result.Range
observed_at = Test.TestTime
lot = Test.KitLot
comment = Result.Comment Test.Comment

[kinds]
qc = Test.Type = Control
calibration = Test.Type = Calibration
# An aborted test has an error and no value.
incomplete = Result.Error is given

[times]
%m/%d/%Y %I:%M %p

[analytes]
Pb | 5671-3 | Lead, blood | ug/dL | 1

[units]
ug/dL = ug/dL
µg/dL = ug/dL

[waiver]
# As devices.md has it; the director holds it against FDA's database.
* | whole blood (capillary), capillary blood | all | waived | 2026-11-22
