using Microsoft.Extensions.Logging;
using OrleansRelease.Adapters.Targets.Process;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;
using static OrleansRelease.Adapters.Tests.Targets.TargetSpecs;

namespace OrleansRelease.Adapters.Tests.Targets.Process;

public sealed class WhenARecordCannotBeRead : IAsyncLifetime
{
    private const string CutOff = """{"versions":[{"version":"1""";

    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly SlotKey Cart = SlotKey.From("cart.staging");

    private readonly ProcessWorld _world = new();
    private readonly RolloutSpec _spec = ProcessWorld.Spec();

    public static TheoryData<string> Unreadable => [.. Contents];

    private static string[] Contents =>
    [
        "", CutOff, "{}", "[]", """{"versions":[{}]}""", """{"versions":[null]}""",
        // Words that only a newer build knows.
        """{"versions":[{"version":"1.0.0","phase":"Draining","command":[],"instances":[]}]}""",
        """{"last":{"verb":"Deploy","version":"1.0.0","outcome":{"$type":"postponed"}},"versions":[]}""",
        """{"last":{"verb":"Deploy","version":"1.0.0","outcome":{}},"versions":[]}""",
    ];

    [Fact]
    public async Task Other_slots_are_deployed_and_retired()
    {
        for (var i = 0; i < Contents.Length; i++) Damage(SlotKey.From($"damaged{i}.staging"), Contents[i]);
        // What a record of another user looks like: there, and not to be read.
        Directory.CreateDirectory(RecordOf(Cart));

        await _world.DeployedAsync(_spec, V1, 1);
        await _world.DeployedAsync(_spec, V2, 2);
        Assert.IsType<Outcome.Applied>(await _world.Target.RetireAsync(_spec.Call(V2, 3), None));

        await _world.IsReadyAsync(_spec, V1);
    }

    [Theory]
    [MemberData(nameof(Unreadable))]
    public async Task Calls_on_its_own_slot_say_so_and_do_nothing(string content)
    {
        Damage(Slot, content);

        // The second one finds the slot's lock free again.
        for (var ordinal = 1; ordinal <= 2; ordinal++)
        {
            AssertSaysSo(await _world.Target.DeployAsync(_spec.Call(V1, ordinal), None));
            AssertSaysSo(await _world.Target.RetireAsync(_spec.Call(V1, ordinal), None));
        }

        Assert.Equal(content, await File.ReadAllTextAsync(RecordOf(Slot)));
    }

    [Fact]
    public async Task It_is_deployed_again_when_a_person_has_mended_it()
    {
        Damage(Slot, CutOff);
        AssertSaysSo(await _world.Target.DeployAsync(_spec.Call(V1, 1), None));

        File.Delete(RecordOf(Slot));

        await _world.DeployedAsync(_spec, V1, 1);
    }

    [Fact]
    public async Task It_is_told_once_and_the_other_slots_are_looked_after()
    {
        await _world.DeployedAsync(_spec, V1, 1);
        var pid = Assert.Single(_world.PidsOf(V1));
        Damage(Cart, CutOff);
        var told = new ToldLines();
        using var supervisor = _world.NewSupervisor(told);
        _ = Libc.Kill(pid, Libc.SigKill);

        await Eventually.IsAsync("the other one is started again", () =>
        {
            supervisor.Pass();
            return _world.PidsOf(V1) is [var now] && now != pid;
        });

        Assert.Single(told.Lines, line => line.StartsWith($"{Cart}: ", StringComparison.Ordinal));
        File.Delete(RecordOf(Cart));
        supervisor.Pass();
        Damage(Cart, CutOff);
        supervisor.Pass();
        Assert.Equal(2, told.Lines.Count(line => line.StartsWith($"{Cart}: ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_runs_elsewhere_is_ended_with_everything_and_the_rest_is_owned_up_to()
    {
        await _world.DeployedAsync(_spec, V1, 1);
        var pid = Assert.Single(_world.PidsOf(V1));
        Damage(Cart, CutOff);

        Assert.False(await RunningProcesses.StopAllAsync(_world.DataFolder, None));

        Assert.False(ProcessWorld.IsAlive(pid));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var slot in _world.Files.Slots().Where(slot => _world.Files.Look(slot) is SlotReading.Unreadable))
            Directory.Delete(_world.Files.FolderOf(slot), recursive: true);
        await _world.DisposeAsync();
    }

    private static void AssertSaysSo(Outcome outcome)
    {
        var reason = Assert.IsType<Outcome.NotApplied>(outcome).Reason;
        Assert.Contains("the slot's record cannot be read", reason, StringComparison.Ordinal);
        Assert.Contains("slot.json", reason, StringComparison.Ordinal);
    }

    private string RecordOf(SlotKey slot) => Path.Combine(_world.Files.FolderOf(slot), "slot.json");

    private void Damage(SlotKey slot, string content)
    {
        Directory.CreateDirectory(_world.Files.FolderOf(slot));
        File.WriteAllText(RecordOf(slot), content);
    }

    private sealed class ToldLines : ILogger<ProcessSupervisor>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => Lines.Add(formatter(state, exception));
    }
}
