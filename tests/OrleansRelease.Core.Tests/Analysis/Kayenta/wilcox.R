# Writes wilcox.json: what R's rank-sum test says of some pairs of samples. Not needed to run the tests.
#   Rscript wilcox.R > wilcox.json
set.seed(20260302, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")
cases <- list(
  list("the same distribution", rnorm(50, 100, 10), rnorm(50, 100, 10), 0.98),
  list("shifted up by half of the spread", rnorm(60, 105, 10), rnorm(60, 100, 10), 0.98),
  list("shifted down by the spread", rnorm(60, 90, 10), rnorm(60, 100, 10), 0.98),
  list("far apart", rnorm(30, 1000, 5), rnorm(30, 10, 5), 0.98),
  list("whole numbers with many ties", rpois(80, 3), rpois(80, 4), 0.98),
  list("zeros and ones", rbinom(100, 1, 0.3), rbinom(100, 1, 0.5), 0.98),
  list("mostly zeros", rbinom(100, 1, 0.02), rbinom(100, 1, 0.03), 0.98),
  list("long tails", rlnorm(70, 3, 1), rlnorm(70, 3.2, 1), 0.98),
  list("very long tails", rcauchy(70), rcauchy(70) + 2, 0.98),
  list("sizes that differ", rnorm(10, 12, 2), rnorm(200, 10, 2), 0.98),
  list("sizes that differ the other way", rnorm(200, 12, 2), rnorm(10, 10, 2), 0.98),
  list("two against two", c(5, 7), c(1, 2), 0.98),
  list("three against three", c(5, 7, 9), c(1, 2, 3), 0.98),
  list("one against many", 42, rnorm(40, 40, 1), 0.98),
  list("many against one", rnorm(40, 40, 1), 42, 0.98),
  list("an even number of pairs", c(1.5, 2.5, 8, 11), c(0, 1, 5, 6), 0.9),
  list("an odd number of pairs", c(1.5, 2.5, 8, 11, 13), c(0, 1, 5, 6, 6.5), 0.9),
  list("a constant control", rnorm(40, 51, 1), rep(50, 40), 0.98),
  list("a constant experiment", rep(50, 40), rnorm(40, 51, 1), 0.98),
  list("a control of zeros", rexp(40, 2), rep(0, 40), 0.98),
  list("negative values", rnorm(50, -30, 4), rnorm(50, -33, 4), 0.98),
  list("around zero", rnorm(50, 0.5, 2), rnorm(50, -0.5, 2), 0.98),
  list("very small values", rnorm(50, 2e-3, 1e-3), rnorm(50, 1e-3, 1e-3), 0.98),
  list("smaller than the tolerance of the search", rnorm(50, 2e-5, 1e-5), rnorm(50, 1e-5, 1e-5), 0.98),
  list("very large values", rnorm(50, 2e12, 1e11), rnorm(50, 1.9e12, 1e11), 0.98),
  list("a low confidence", rnorm(50, 11, 3), rnorm(50, 10, 3), 0.5),
  list("the usual confidence of a paper", rnorm(50, 11, 3), rnorm(50, 10, 3), 0.95),
  list("a very high confidence", rnorm(50, 11, 3), rnorm(50, 10, 3), 0.9999),
  list("a confidence that few values cannot reach", rnorm(4, 11, 3), rnorm(4, 10, 3), 0.9999),
  list("a wider spread at the same place", rnorm(80, 50, 20), rnorm(80, 50, 2), 0.98),
  list("two heaps", c(rnorm(40, 10), rnorm(40, 30)), c(rnorm(60, 10), rnorm(20, 30)), 0.98),
  list("rounded to one digit", round(rnorm(100, 3, 0.3), 1), round(rnorm(100, 2.9, 0.3), 1), 0.98),
  list("some hundred values", rgamma(300, 2, 0.1), rgamma(300, 2, 0.09), 0.98))

numbers <- function(values) paste(sprintf("%.17g", values), collapse = ", ")
cat("{\n  \"from\": \"", R.version.string,
    ", wilcox.test(x, y, conf.int = TRUE, conf.level, exact = FALSE)\",\n  \"cases\": [\n", sep = "")
for (i in seq_along(cases)) {
  one <- cases[[i]]
  test <- wilcox.test(one[[2]], one[[3]], conf.int = TRUE, conf.level = one[[4]], exact = FALSE)
  cat("    {\"name\": \"", one[[1]], "\", \"confidence\": ", one[[4]],
      ",\n     \"low\": ", numbers(test$conf.int[1]), ", \"estimate\": ", numbers(test$estimate),
      ", \"high\": ", numbers(test$conf.int[2]),
      ",\n     \"experiment\": [", numbers(one[[2]]), "],\n     \"control\": [", numbers(one[[3]]), "]}",
      if (i < length(cases)) ",", "\n", sep = "")
}
cat("  ]\n}\n")
