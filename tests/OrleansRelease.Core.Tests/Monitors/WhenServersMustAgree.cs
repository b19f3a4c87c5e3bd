using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Monitors;

namespace OrleansRelease.Core.Tests.Monitors;

public sealed class WhenServersMustAgree
{
    private static readonly Sight Good = new Sight.Holds("200");

    private static readonly Sight Bad = new Sight.Fails("503");

    private static readonly Sight Blind = new Sight.Unknown("no network");

    private static Sight Of(char letter) => letter switch { 'H' => Good, 'F' => Bad, _ => Blind };

    [Theory]
    [InlineData("FF", false)]
    [InlineData("HH", true)]
    [InlineData("HF", true)]
    [InlineData("?H", true)]
    [InlineData("FH", null)]
    [InlineData("F?", null)]
    [InlineData("?F", null)]
    [InlineData("??", null)]
    public void Two_failures_are_one_and_doubt_is_none(string seen, bool? holds)
    {
        var reading = Agreement.Of(Of(seen[0]), Of(seen[1]));

        Assert.Equal(holds, (reading as Reading.Checked)?.Holds);
        Assert.Equal(holds is null, reading is Reading.Error);
    }

    [Fact]
    public void Who_disagrees_is_told_with_both_reasons() => Assert.Equal(
        new Reading.Error("servers do not agree: one: 503; another: 200"), Agreement.Of(Bad, Good));

    [Fact]
    public void The_same_of_both_is_said_once() =>
        Assert.Equal(new Reading.Checked(false, "both servers: 503"), Agreement.Of(Bad, new Sight.Fails("503")));

    [Theory]
    [InlineData(2, 'H', false)]
    [InlineData(2, 'F', true)]
    [InlineData(2, '?', true)]
    [InlineData(1, 'F', false)]
    [InlineData(1, '?', false)]
    public void Another_is_asked_only_where_it_does_not_hold_and_two_must_see_it(int nodes, char first, bool asks) =>
        Assert.Equal(asks, Agreement.NeedsAnother(Pages.Check(nodes: nodes), Of(first)));

    [Fact]
    public void One_alone_decides_where_one_is_enough()
    {
        Assert.Equal(new Reading.Checked(false, "503"), Agreement.Of(Bad));
        Assert.Equal(new Reading.Checked(true, "200"), Agreement.Of(Good));
        Assert.Equal(new Reading.Error("no network"), Agreement.Of(Blind));
    }

    [Fact]
    public void In_a_cluster_of_one_people_are_told_what_to_write() => Assert.Contains(
        "nodes: 1", Assert.IsType<Reading.Error>(Agreement.Alone(Bad, Agreement.OnlyOne)).Reason,
        StringComparison.Ordinal);

    /// <summary>The request and the look at the own network, by one server and then by another.</summary>
    [Theory]
    [InlineData(1, null, 5)]
    [InlineData(1, "https://else.example.com", 10)]
    [InlineData(2, null, 11)]
    [InlineData(2, "https://else.example.com", 21)]
    public void It_takes_at_most_the_sum_of_all_that_may_be_asked(int nodes, string? network, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Pages.Check(nodes: nodes, network: network).Longest);
}
