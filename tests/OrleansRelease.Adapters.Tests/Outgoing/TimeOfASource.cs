using OrleansRelease.Adapters.Outgoing;

namespace OrleansRelease.Adapters.Tests.Outgoing;

public sealed class TimeOfASource
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Date", "Fri, 31 Dec 9999 23:59:59 GMT", "ahead of")]
    [InlineData("Date", "Mon, 01 Jan 0001 00:00:00 GMT", "behind")]
    [InlineData("X-Time-Ms", "253402300799999", "ahead of")]
    [InlineData("X-Time-Ms", "0", "behind")]
    public void At_the_ends_of_the_calendar_is_a_wrong_clock_and_nothing_worse(string header, string said, string word)
    {
        using var response = new HttpResponseMessage();
        Assert.True(response.Headers.TryAddWithoutValidation(header, said));

        var problem = SourceTime.Of(response)?.ProblemOf(new Uri("http://numbers"), Now, Now);

        Assert.Contains(word, problem, StringComparison.Ordinal);
    }
}
