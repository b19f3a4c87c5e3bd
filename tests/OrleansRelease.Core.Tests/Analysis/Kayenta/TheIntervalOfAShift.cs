using OrleansRelease.Core.Analysis.Kayenta;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Core.Tests.Analysis.Kayenta;

/// <summary>
/// Against R's <c>wilcox.test</c>, whose numbers <c>wilcox.R</c> has written to <c>wilcox.json</c>: both search the
/// same way, and agree as closely as the
/// search is promised to be.
/// </summary>
public sealed class TheIntervalOfAShift
{
    private static readonly Reference Known = Read();

    public static TheoryData<string> Cases => [.. Known.Cases.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void It_is_the_one_that_R_computes(string name)
    {
        var known = Known.Cases.Single(one => one.Name == name);

        var shift = Of(known.Experiment, known.Control, known.Confidence);

        Assert.NotNull(shift);
        AssertSame(known.Low, shift.Value.Low);
        AssertSame(known.Estimate, shift.Value.Estimate);
        AssertSame(known.High, shift.Value.High);
    }

    [Fact]
    public void There_are_many_kinds_of_cases() => Assert.InRange(Known.Cases.Length, 30, 100);

    // By hand: the pairwise differences are 1 … 3 of 1, 2 and 3 against 0, and nine values cannot reach 98 %.
    [Fact]
    public void Few_values_leave_all_that_was_seen() =>
        Assert.Equal((1d, 3d), Of([1, 2, 3], [0, 0, 0], 0.98) is { } shift ? (shift.Low, shift.High) : default);

    [Theory]
    [InlineData(new double[] { 5 }, new double[] { 3 })]
    [InlineData(new double[] { 5, 5 }, new double[] { 3, 3, 3 })]
    [InlineData(new[] { -1e308, 1e308 }, new[] { -1e308, 1e308, 1.1e308 })]
    public void There_is_none_where_nothing_can_be_ranked(double[] experiment, double[] control) =>
        Assert.Null(Of(experiment, control, 0.98));

    private static Shift? Of(double[] experiment, double[] control, double confidence) =>
        Shift.Between([.. experiment.Order()], [.. control.Order()], confidence);

    private static void AssertSame(double expected, double actual) =>
        Assert.InRange(Math.Abs(actual - expected), 0, Math.Max(Shift.Resolution, 1e-12 * Math.Abs(expected)));

    private static Reference Read()
    {
        using var file = typeof(TheIntervalOfAShift).Assembly.GetManifestResourceStream("wilcox.json")!;
        return Vocabulary.Read<Reference>(new StreamReader(file).ReadToEnd());
    }

    private sealed record Reference(string From, Case[] Cases);

    private sealed record Case(
        string Name, double Confidence, double Low, double Estimate, double High, double[] Experiment,
        double[] Control);
}
