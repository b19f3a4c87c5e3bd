using OrleansRelease.Core.Analysis;
using static OrleansRelease.Core.Tests.Slos.BurningRollout;

namespace OrleansRelease.Core.Tests.Slos;

public sealed class WhatBurnsAreOf
{
    [Theory]
    [InlineData("b{v=\"{{version}}\"}[{{window}}]", "slo/availability/candidate slo/availability/whole")]
    [InlineData("b{pod=~\"shop-{{version}}-.+\",code=~\"4..|5..\"}[{{window}}]", "slo/availability/candidate")]
    [InlineData("b{v=~\"{{version}}|old\"}[{{window}}]", "")]
    [InlineData("b{v=~'old|{{version}}'}[{{window}}]", "")]
    [InlineData("b{v!=\"{{version}}\"}[{{window}}]", "")]
    [InlineData("b{v !~ `{{version}}.*`}[{{window}}]", "")]
    [InlineData("b{v=\"{{version}}\"}[{{window}}] @ {{windowEnd}}", "")]
    [InlineData("b[{{window}}]", "slo/availability/whole")]
    public void Each_objective_is_asked_as_far_as_its_queries_can_be(string query, string names) => Assert.Equal(
        names,
        string.Join(' ', new BurningRollout(spec => spec with
        {
            Slos = [spec.Slos!.Value[0] with { Source = new MetricSource.Ratio(query, null, query) }],
        }).Rollout.Spec.Burns.Select(metric => metric.Name)));

    [Theory]
    [InlineData("b[{{window}}]", "t{v=\"{{version}}\"}[{{window}}]")]
    [InlineData("b{v=\"{{version}}\"}[{{window}}]", "t[{{window}}]")]
    public void What_is_counted_of_all_versions_is_not_judged_as_the_candidates_own(string bad, string total) =>
        Assert.Equal(Whole, Assert.Single(new BurningRollout(spec => spec with
        {
            Slos = [spec.Slos!.Value[0] with { Source = new MetricSource.Ratio(bad, null, total) }],
        }).Rollout.Spec.Burns).Name);

    [Fact]
    public void Without_a_source_or_with_what_routers_count_there_is_none()
    {
        var spec = new BurningRollout().Rollout.Spec;

        Assert.Empty((spec with { Metrics = null }).Burns);
        Assert.Empty((spec with { Slos = null }).Burns);
        Assert.Empty((spec with { Slos = [spec.Slos!.Value[0] with { Source = new MetricSource.Traffic("errors") }] })
            .Burns);
    }
}
