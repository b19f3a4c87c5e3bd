namespace OrleansRelease.Core.Analysis.Seasonal;

/// <summary>One window beside the past, with the arithmetic.</summary>
/// <param name="Judge">Which judge, in which version: the same one says the same of the same, for ever.</param>
/// <param name="Verdict">Pass, Fail or Inconclusive.</param>
/// <param name="Reason">For people, like <c>412 ms, usual 205 ms, allowed up to 267 ms (14 days, …)</c>.</param>
/// <param name="Value">What was judged, in the metric's unit; of counts the share of bad requests.</param>
/// <param name="Usual">What it was held against.</param>
/// <param name="Scatter">
/// The past's spread and what so few requests scatter by, together; never less than the floor.
/// </param>
/// <param name="Needed">How many times that a value may be off by chance.</param>
/// <param name="Allowed">By how much a value may differ from what is usual: by the tolerance or by chance.</param>
public sealed record BesidePast(
    string Judge, Verdict Verdict, string Reason, double Value, Past.Usual Usual, double Scatter, double Needed,
    double Allowed);
