using OrleansRelease.Core.PromQl;

namespace OrleansRelease.Core.Tests.PromQl;

public sealed class WhenAQueryStandsInAnother
{
    [Theory]
    [InlineData("sum(rate(http_total{code=~\"5..\"}[5m]))", true)]
    [InlineData("http_total{path=\"/a(b\"}", true)]
    [InlineData("http_total # as (once", true)]
    [InlineData("rate(http_total[5m]", false)]
    [InlineData("http_total) or vector(0", false)]
    [InlineData("rate(http_total[5m)]", false)]
    [InlineData("http_total{code=\"500}", false)]
    public void It_closes_what_it_opens_and_nothing_else(string query, bool isClosed) =>
        Assert.Equal(isClosed, Brackets.AreClosed(query));
}
