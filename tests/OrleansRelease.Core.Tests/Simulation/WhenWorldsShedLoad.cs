namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>What holds when a way back sheds load would hold as well if none ever did.</summary>
public class WhenWorldsShedLoad
{
    [Fact]
    public void Some_of_them_do_and_all_lift_it()
    {
        var shed = 0;
        for (var seed = 1; seed <= 400; seed++)
        {
            var world = new World(seed, new Coverage());
            world.Run();
            if (world.Outside.HasShed) shed++;
        }

        Assert.True(shed >= 5, $"{shed} of 400 worlds have shed load");
    }
}
