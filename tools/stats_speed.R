# One timed run of R survey (calibrate) on the same rows, started by tools/stats_speed.py.
suppressMessages(library(survey))
args <- commandArgs(trailingOnly = TRUE)
folder <- args[1]
levels <- c(district = 9, age = 6, race = 5, gender = 2, education = 4)
questions <- sprintf("q%02d", 0:19)
n <- file.size(file.path(folder, "base")) / 8
column <- function(name) readBin(file.path(folder, name), "integer", n, size = 4)
rows <- as.data.frame(lapply(setNames(names(levels), names(levels)), function(v) factor(column(v))))
for (q in questions) rows[[q]] <- column(q)
rows$base <- readBin(file.path(folder, "base"), "double", n)
held <- read.table(file.path(folder, "margins.txt"), col.names = c("margin", "level", "count"))
formula <- reformulate(names(levels))
totals <- c("(Intercept)" = sum(held$count[held$margin == "district"]))
for (v in names(levels)) {
  at <- held[held$margin == v & held$level > 1, ]
  totals <- c(totals, setNames(at$count, paste0(v, at$level)))
}
task <- function(rows) {
  start <- proc.time()[["elapsed"]]
  design <- svydesign(ids = ~1, strata = ~district, weights = ~base, data = rows)
  design <- calibrate(design, formula, population = totals, calfun = "raking", epsilon = 1e-9)
  weighted <- proc.time()[["elapsed"]]
  errors <- c()
  for (v in names(levels)) {
    got <- svyby(reformulate(questions), reformulate(v), design, svymean, keep.var = TRUE)
    errors <- c(errors, as.vector(as.matrix(SE(got))))
  }
  done <- proc.time()[["elapsed"]]
  list(weights = weighted - start, estimates = done - weighted, errors = errors)
}
invisible(task(rows[1:1500, ]))
begun <- proc.time()
got <- task(rows)
cpu <- sum((proc.time() - begun)[c("user.self", "sys.self")])
line <- sprintf('{"weights": %.6f, "estimates": %.6f, "cpu": %.6f, "errors": [%s]}', got$weights, got$estimates, cpu,
                paste(sprintf("%.17g", got$errors), collapse = ", "))
writeLines(line, args[3])
