# Reference figures from the General Social Survey 2006-2018 by R's survey package.
#
#   Rscript tools/gss_reference.R ../shared/data/surveys/gss/gss_safety_trust_2006_2018.csv > tests/golden/gss.csv
#
# Share afraid to walk alone at night near home (fear = 1), who say most people can be trusted (trust = 1),
# with a great deal of confidence in the executive branch (confed = 1); by year, and by year with sex and
# race; with the survey's weights, strata and PSUs. Only figures leave this script.
suppressMessages(library(survey))
options(survey.lonely.psu = "adjust", digits = 15)
rows <- read.csv(commandArgs(trailingOnly = TRUE)[1])
groups <- list(all = 0, sex = 1:2, race = 1:3)
cat("year,item,group,level,n,estimate,se,df,low,high\n")
for (year in sort(unique(rows$year))) {
  wave <- rows[rows$year == year, ]
  for (item in c("fear", "trust", "confed")) {
    wave$y <- ifelse(is.na(wave[[item]]), NA, as.numeric(wave[[item]] == 1))
    design <- svydesign(ids = ~vpsu, strata = ~vstrat, weights = ~wtssall, nest = TRUE, data = wave)
    for (group in names(groups)) for (level in groups[[group]]) {
      inside <- !is.na(wave$y) & (group == "all" | wave[[if (group == "all") "year" else group]] %in% level)
      if (sum(inside) == 0) next
      part <- subset(design, inside)
      m <- svymean(~y, part)
      df <- degf(part)
      beta <- svyciprop(~y, part, method = "beta", df = df)
      cat(sprintf("%d,%s,%s,%d,%d,%.15g,%.15g,%d,%.15g,%.15g\n", year, item, group, level, sum(inside),
                  coef(m), SE(m), df, confint(beta)[1], confint(beta)[2]))
    }
  }
}
