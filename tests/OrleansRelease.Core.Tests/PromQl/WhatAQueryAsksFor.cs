using OrleansRelease.Core.PromQl;

namespace OrleansRelease.Core.Tests.PromQl;

public sealed class WhatAQueryAsksFor
{
    [Theory]
    [InlineData("up", "up")]
    [InlineData("sum by (le, job) (rate(a_bucket{b=\"c\"}[60s]))", "a_bucket{b=\"c\"}")]
    [InlineData("sum(a) without (b) / on (c) group_left(d) count(e offset 5m)", "a|e")]
    [InlineData("histogram_quantile(0.99, sum(rate(a[5m:1m])) by (le)) > bool 1e-3", "a")]
    [InlineData("topk(3, a) and b unless c or d", "a|b|c|d")]
    [InlineData("{__name__=\"a\",b=\"c\"}", "{__name__=\"a\",b=\"c\"}")]
    [InlineData("{\"a.b\", c!=\"d\"}", "{\"a.b\",c!=\"d\"}")]
    [InlineData("a # b\n + time() + Inf + NaN + a:b:rate5m @ end()", "a|a:b:rate5m")]
    [InlineData("label_replace(a, \"b\", \"c{d}\", \"e\", \"f\")", "a")]
    [InlineData("1 + 2", "")]
    public void Is_found_by_its_selections(string query, string selections) =>
        Assert.Equal(selections, string.Join('|', QuerySelector.AllOf(query).Select(one => one.Text)));

    [Theory]
    [InlineData("a{b=\"c\"}", "a")]
    [InlineData("{__name__=\"a\",b=\"c\"}", "a")]
    [InlineData("{\"a.b\"}", "a.b")]
    [InlineData("{__name__=~\"a|b\"}", null)]
    [InlineData("{b=\"c\"}", null)]
    public void Has_a_metric_if_one_name_is_said(string query, string? metric) =>
        Assert.Equal(metric, Assert.Single(QuerySelector.AllOf(query)).Metric);

    [Fact]
    public void Has_its_conditions() => Assert.Equal(
        [
            new LabelMatcher("job", "=", "a\"b"), new LabelMatcher("code", "=~", "5.."),
            new LabelMatcher("on", "!=", ""),
        ],
        Assert.Single(QuerySelector.AllOf("""sum(a{job="a\"b", code=~'5..', on!=``}) by (x)"""))
            .Matchers.AsEnumerable());

    [Theory]
    [InlineData("sum(a) or vector(0)", "vector")]
    [InlineData("sum(a) OR # what of it\n (vector ( 0 ))", "vector")]
    [InlineData("sum(a) or on() vector(0.0)", "vector")]
    [InlineData("vector(1) or sum(a)", "vector")]
    [InlineData("sum(a) or label_replace(vector(0), 'a', 'b', '', '')", "vector")]
    [InlineData("sum(a) or absent(a) * 0", "absent")]
    [InlineData("sum(a) or (absent_over_time(a[5m]) - 1)", "absent_over_time")]
    [InlineData("api/v1/query?query=sum(a)%20or%20vector%280%29#/data", "vector")]
    [InlineData("api/v1/query?query=sum(a)+or+vector(0)#/data", "vector")]
    [InlineData("a{b=\" or vector(0)\"}", null)]
    [InlineData("a # or vector(0)", null)]
    [InlineData("a{or=\"b\"} + vector(0)", null)]
    [InlineData("sum(a) or sum(b)", null)]
    [InlineData("vector(1)", null)]
    [InlineData("a{b=\"", null)]
    public void Makes_no_number_up_for_what_is_absent(string query, string? word) =>
        Assert.Equal(word, MadeUpNumbers.In(query));
}
