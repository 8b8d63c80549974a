"""The public file for other programs: data package, SPSS, Stata, DDI. Made from its rows alone."""
