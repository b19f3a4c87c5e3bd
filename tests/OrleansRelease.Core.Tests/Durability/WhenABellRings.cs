using OrleansRelease.Core.Durability;

namespace OrleansRelease.Core.Tests.Durability;

public sealed class WhenABellRings
{
    [Theory]
    [InlineData(7, 9, 7, CatchUp.ThatOne)]
    [InlineData(7, 9, 8, CatchUp.AllSince)]
    [InlineData(7, 9, 5, CatchUp.AllSince)]
    [InlineData(7, 9, 0, CatchUp.AllSince)]
    [InlineData(7, 7, 5, CatchUp.Nothing)]
    [InlineData(7, 5, 0, CatchUp.Nothing)]
    [InlineData(0, 5, 0, CatchUp.ThatOne)]
    public void What_is_read_follows_from_the_place_up_to_which_it_was_read(
        long last, long sequence, long previous, CatchUp read) =>
        Assert.Equal(read, Cursor.On(last, sequence, previous));
}
