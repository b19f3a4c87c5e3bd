using OrleansRelease.Core.Trails;

namespace OrleansRelease.Core.Tests.Trails;

public sealed class WhatOfTracesIsKept
{
    private const string Id = "4bf92f3577b34da6a3ce929d0e0e4736";

    [Theory]
    [InlineData(Id)]
    [InlineData("2f3e0cee77ae5dc9")]
    [InlineData("1")]
    public void An_id_in_hex_is(string id) => Assert.Equal(id, Assert.Single(TraceIds.Of([id])));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0000")]
    [InlineData(" 1")]
    [InlineData("1g")]
    [InlineData("../../admin")]
    [InlineData("<script>")]
    [InlineData("\u0661\u0662")]
    [InlineData(Id + "0")]
    public void Anything_else_is_not(string? said) => Assert.Empty(TraceIds.Of([said]));

    [Fact]
    public void What_is_good_among_what_is_not_is_kept_five_times_at_most_each_once() => Assert.Equal(
        "a1 a2 a3 a4 a5",
        string.Join(' ', TraceIds.Of(["A1", "a1", "no id", "a2", null, "a3", "a4", "a5", "a6", "a7"])));

    [Fact]
    public void Traces_without_an_id_that_is_known_are_not_the_same_as_none()
    {
        Assert.Null(TracesFact.Of(DateTimeOffset.UnixEpoch, []).Problem);
        Assert.Equal(
            "traces were found, and none with an id in hex",
            TracesFact.Of(DateTimeOffset.UnixEpoch, ["4bf92f35-77b3", "x"]).Problem);
    }

    [Fact]
    public void What_went_wrong_is_one_line_of_bounded_length()
    {
        var fact = TracesFact.Of(DateTimeOffset.UnixEpoch, ["a1"], "a\nb" + new string('x', 10_000));

        Assert.Empty(fact.Ids);
        Assert.StartsWith("a bx", fact.Problem, StringComparison.Ordinal);
        Assert.InRange(fact.Problem!.Length, 1, 301);
    }
}
