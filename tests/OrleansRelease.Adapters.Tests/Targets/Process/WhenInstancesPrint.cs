using OrleansRelease.Adapters.Targets.Process;
using static OrleansRelease.Adapters.Tests.Targets.TargetSpecs;

namespace OrleansRelease.Adapters.Tests.Targets.Process;

/// <summary>More instances than there may be files of those that are gone.</summary>
public sealed class WhenInstancesPrint : IAsyncLifetime
{
    private const int Replicas = LogFiles.MaxFilesOfGone + 5;

    private readonly ProcessWorld _world = new();

    private string Logs => Path.Combine(_world.Files.FolderOf(Slot), "logs");

    [Fact]
    public void Each_running_one_keeps_its_file()
    {
        StartAll();

        Assert.Equal(Replicas, Directory.GetFiles(Logs).Length);
        Assert.All(Instances(), instance => Assert.Equal(
            LogOf(instance), File.ResolveLinkTarget($"/proc/{instance.Start!.Process!.Pid}/fd/1", false)!.FullName));
    }

    [Fact]
    public void Each_ones_files_are_bounded_whatever_it_has_printed()
    {
        StartAll();
        foreach (var instance in Instances())
            File.AppendAllText(LogOf(instance), new string('x', (2 * (int)LogFiles.MaxBytes) + 1) + "\nlast words\n");

        _world.SuperviseOnce();

        Assert.Equal(2 * Replicas, Directory.GetFiles(Logs).Length);
        Assert.All(Directory.GetFiles(Logs), file => Assert.InRange(new FileInfo(file).Length, 0, LogFiles.MaxBytes));
        Assert.All(Instances(), instance => Assert.EndsWith(
            "last words\n", File.ReadAllText(LogOf(instance) + ".1"), StringComparison.Ordinal));
    }

    [Fact]
    public void Of_those_that_are_gone_the_newest_are_kept()
    {
        Directory.CreateDirectory(Logs);
        for (var i = 0; i < 2 * LogFiles.MaxFilesOfGone; i++)
        {
            var file = Path.Combine(Logs, $"0.9.{i}.0.log");
            File.WriteAllText(file, "old");
            File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch.AddHours(i));
        }

        StartAll();

        Assert.Equal(
            Enumerable.Range(LogFiles.MaxFilesOfGone, LogFiles.MaxFilesOfGone).Select(i => $"0.9.{i}.0.log").Order(),
            Directory.GetFiles(Logs, "0.9.*").Select(Path.GetFileName).Order());
        Assert.Equal(Replicas, Directory.GetFiles(Logs, "1.0.0.*").Length);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _world.DisposeAsync();

    private void StartAll()
    {
        _world.Rewrite(record => record.With(new VersionRecord(
            V1, VersionPhase.Running, new(1, 1, 1), ["sleep", "600"], null,
            [.. Enumerable.Range(0, Replicas).Select(n => new InstanceRecord(n, 1024 + n))])));
        _world.SuperviseOnce();
        Assert.Equal(Replicas, _world.PidsOf(V1).Length);
    }

    private IEnumerable<InstanceRecord> Instances() => _world.Files.Read(Slot).Find(V1)!.Instances;

    private string LogOf(InstanceRecord instance) => Path.Combine(Logs, $"1.0.0.{instance.Number}.log");
}
