"""The files of a report: an Excel workbook, a Word draft and a chart, all made of the same booklet."""
