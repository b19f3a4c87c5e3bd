using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Router.Slots;

namespace OrleansRelease.Router.Tests.Slots;

public sealed class WhenAFenceArrives : IAsyncLifetime
{
    private RouterRig _router = null!;
    private Upstream _old = null!;
    private Upstream _new = null!;

    public async Task InitializeAsync()
    {
        _router = await RouterRig.StartAsync();
        _old = await Upstream.StartAsync("1.0");
        _new = await Upstream.StartAsync("2.0");
    }

    public async Task DisposeAsync()
    {
        await _router.DisposeAsync();
        await _old.DisposeAsync();
        await _new.DisposeAsync();
    }

    [Theory]
    [InlineData(1, 2, 4)]
    [InlineData(1, 1, 9)]
    [InlineData(0, 9, 9)]
    public async Task A_lower_one_is_refused_with_the_accepted_one(int epoch, int generation, int ordinal)
    {
        await PutAsync(new Fence(1, 2, 5), 2500);

        using var response = await PutAsync(new Fence(epoch, generation, ordinal), 5000);

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("fence-overtaken", problem.GetProperty("code").GetString());
        Assert.Equal(5, problem.GetProperty("accepted").GetProperty("ordinal").GetInt32());
        Assert.Equal((5, 2500), await StateAsync());
    }

    [Fact]
    public async Task The_same_one_again_gets_the_same_answer()
    {
        using var first = await PutAsync(new Fence(1, 1, 1), 2500);
        using var second = await PutAsync(new Fence(1, 1, 1), 2500);

        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task The_same_one_again_may_know_less_of_a_version_that_gets_nothing()
    {
        var fence = new Fence(1, 1, 1);
        using var first = await _router.PutAsync(fence, ("1.0", 10_000, [_old.Address]), ("2.0", 0, [_new.Address]));
        using var second = await _router.PutAsync(fence, ("1.0", 10_000, [_old.Address]), ("2.0", 0, []));

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
    }

    [Fact]
    public async Task The_same_one_with_other_content_is_refused()
    {
        await PutAsync(new Fence(1, 1, 1), 2500);

        using var response = await PutAsync(new Fence(1, 1, 1), 5000);

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Equal((1, 2500), await StateAsync());
    }

    [Fact]
    public async Task Weights_and_fence_survive_a_restart()
    {
        await PutAsync(new Fence(1, 1, 7), 2500);

        await _router.RestartAsync();

        Assert.Equal((7, 2500), await StateAsync());
        using var older = await PutAsync(new Fence(1, 1, 6), 5000);
        Assert.Equal(HttpStatusCode.Conflict, older.StatusCode);
    }

    [Fact]
    public async Task What_was_stored_but_never_acknowledged_is_applied_after_a_crash_and_nothing_older()
    {
        await PutAsync(new Fence(1, 1, 1), 2500);
        await _router.StopAsync();
        var body = """{"fence":{"epoch":1,"generation":1,"ordinal":2},"weights":{"2.0":10000},"""
            + """ "addresses":{"2.0":["http://a"]}}""";
        new SlotStore(_router.Folder).Write(
            SlotKey.From(RouterRig.Slot), SlotRules.Read(Utf8(body), out _)!.Configuration);
        foreach (var name in new[] { "router.json", "slots/checkout.production.json" })
            await File.WriteAllTextAsync(Path.Combine(_router.Folder, $"{name}.{Guid.NewGuid():N}.tmp"), "{\"fen");

        await _router.RestartAsync();

        Assert.Equal((2, 10_000), await StateAsync());
        using var older = await PutAsync(new Fence(1, 1, 1), 2500);
        Assert.Equal(HttpStatusCode.Conflict, older.StatusCode);
        Assert.Empty(Directory.GetFiles(_router.Folder, "*.tmp", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_router_does_not_start_on_a_slot_that_it_cannot_read()
    {
        await PutAsync(new Fence(1, 1, 1), 2500);
        await _router.StopAsync();
        await File.WriteAllTextAsync(Path.Combine(_router.Folder, "slots", "checkout.production.json"), "{}");

        var problem = await Assert.ThrowsAsync<FormatException>(() => _router.RestartAsync());

        Assert.Contains("checkout.production.json", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_router_on_the_folder_does_not_start()
    {
        var options = new RouterOptions { DataFolder = _router.Folder };

        var problem = await Assert.ThrowsAsync<IOException>(
            () => RunningRouter.StartAsync(options, TimeProvider.System, CancellationToken.None));

        Assert.Contains("another router", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_answer_is_in_the_event_log_in_order()
    {
        await PutAsync(new Fence(1, 1, 1), 2500);
        await PutAsync(new Fence(1, 1, 3), 5000);
        await PutAsync(new Fence(1, 1, 2), 10_000);
        await _router.StopAsync();

        var events = (await File.ReadAllLinesAsync(_router.LogFile))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Select(line => line.GetProperty("event").GetString()
                + (line.TryGetProperty("fence", out var fence) ? " " + fence.GetString() : ""));

        Assert.Equal(
            ["started", "accepted 1.1.1", "applied 1.1.1", "accepted 1.1.3", "applied 1.1.3", "refused 1.1.2"], events);
    }

    [Fact]
    public void The_token_is_for_its_owner_only()
    {
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_router.TokenFile));
    }

    private static byte[] Utf8(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private Task<HttpResponseMessage> PutAsync(Fence fence, int candidate) =>
        _router.PutAsync(fence, ("1.0", 10_000 - candidate, [_old.Address]), ("2.0", candidate, [_new.Address]));

    private async Task<(int Ordinal, int Candidate)> StateAsync()
    {
        var slot = await _router.GetAsync();
        return (slot.GetProperty("fence").GetProperty("ordinal").GetInt32(),
            slot.GetProperty("weights").GetProperty("2.0").GetInt32());
    }
}
