# Estimates of R's survey package for the random cases of tools/stats_random_cases.py.
# Usage: Rscript tools/stats_random_cases.R FOLDER; reads FOLDER/cases.csv and NNN.csv, writes r.csv.
suppressMessages(library(survey))
folder <- commandArgs(TRUE)[1]
cases <- read.csv(file.path(folder, "cases.csv"), stringsAsFactors = FALSE, na.strings = "")
out <- list()
add <- function(case, name, value, se) {
  out[[length(out) + 1]] <<- data.frame(case = case, name = name, estimate = value, se = se)
}
totals <- function(d, columns, margins) {
  # Population totals of a model matrix with treatment contrasts.
  people <- sum(margins$count[margins$var == columns[1]])
  found <- c(`(Intercept)` = people)
  for (column in columns) {
    m <- margins[margins$var == column, ]
    m <- m[match(levels(d[[column]]), m$level), ]
    found <- c(found, setNames(m$count[-1], paste0(column, m$level[-1])))
  }
  found
}
for (i in seq_len(nrow(cases))) {
  k <- cases[i, ]
  d <- read.csv(file.path(folder, sprintf("%03d.csv", k$case)), na.strings = "")
  d$age <- factor(d$age); d$sex <- factor(d$sex)
  # A calibrated design keeps rows outside a subset, so missing answers need a number there.
  for (v in c("y", "b", "x")) { d[[paste0("has_", v)]] <- !is.na(d[[v]]); d[[v]][is.na(d[[v]])] <- 0 }
  margins <- read.csv(file.path(folder, sprintf("%03d_margins.csv", k$case)))
  options(survey.lonely.psu = k$lonely)
  ids <- switch(as.character(k$stages), "0" = ~1, "1" = ~c1, "2" = ~c1 + c2)
  strata <- if (k$strata == 1) ~h else NULL
  fpc <- if (k$fpc == 0) NULL else if (k$stages == 2) ~N1 + N2 else ~N1
  des <- svydesign(ids, strata = strata, weights = ~w, fpc = fpc, data = d, nest = TRUE)
  if (k$step == "poststratify") {
    m <- margins[margins$var == "age", ]
    des <- postStratify(des, ~age, data.frame(age = m$level, Freq = m$count))
  } else if (k$step != "none") {
    calfun <- if (k$step == "linear") "linear" else "raking"
    des <- calibrate(des, ~age + sex, totals(d, c("age", "sex"), margins), calfun = calfun,
                     epsilon = 1e-12, maxit = 500)
  }
  for (part in c("all", levels(d$age))) {
    s <- if (part == "all") des else subset(des, age == part)
    put <- function(stat, f) {
      got <- tryCatch(suppressWarnings(f()), error = function(e) c(NA, NA))
      add(k$case, paste(stat, part), got[1], got[2])
    }
    both <- function(z) c(coef(z)[1], SE(z)[1])
    sy <- subset(s, has_y); sb <- subset(s, has_b); sx <- subset(s, has_x)
    put("mean", function() both(svymean(~y, sy)))
    put("total", function() both(svytotal(~y, sy)))
    put("share", function() both(svymean(~b, sb)))
    put("ratio", function() both(svyratio(~y, ~x, subset(sy, has_x))))
    put("logit", function() attr(svyciprop(~b, sb, method = "logit", df = degf(sb)), "ci"))
    put("median", function() {
      q <- svyquantile(~x, sx, 0.5, interval.type = "mean", qrule = "math", df = degf(sx))
      c(q$x[1, 2], q$x[1, 3])
    })
  }
}
write.csv(do.call(rbind, out), file.path(folder, "r.csv"), row.names = FALSE)
