using System.Net;
using System.Text.Json;

namespace OrleansRelease.Router.Tests.Routing;

public sealed class WhenSheddingIsSet : IAsyncLifetime
{
    private SheddingWorld _world = null!;

    private string SlotFile => Path.Combine(_world.Router.Folder, "slots", $"{RouterRig.Slot}.json");

    private string SheddingFile => Path.Combine(_world.Router.Folder, "shedding", $"{RouterRig.Slot}.json");

    public async Task InitializeAsync() => _world = await SheddingWorld.StartAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task A_change_without_it_lifts_it()
    {
        await _world.ShedAsync(capacity: 0);
        using var lifted = await _world.PutAsync(shedding: null);
        _world.Answer.SetResult();

        using var served = await _world.AskAsync("low");

        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
        Assert.False((await _world.Router.GetAsync()).TryGetProperty("shedding", out _));
    }

    [Fact]
    public async Task It_survives_a_restart_and_is_told()
    {
        await _world.ShedAsync(capacity: 7);

        await _world.Router.RestartAsync();

        Assert.Equal(SheddingWorld.Shedding(7), await _world.ToldAsync());
    }

    /// <summary>A router of a build before refuses to start over a word that it does not know.</summary>
    [Fact]
    public async Task Its_slot_is_stored_as_every_build_can_read_it()
    {
        await _world.ShedAsync(capacity: 7);

        var stored = JsonSerializer.Deserialize<JsonElement>(await File.ReadAllTextAsync(SlotFile));

        Assert.Equal(
            ["addresses", "fence", "requestTimeout", "weights"],
            stored.EnumerateObject().Select(one => one.Name).Order(StringComparer.Ordinal));
    }

    /// <summary>The router died when one of its two files was written, and the slot's own was not.</summary>
    [Fact]
    public async Task A_change_that_a_crash_has_cut_in_two_has_not_happened()
    {
        await _world.ShedAsync(capacity: 7);
        var before = await File.ReadAllTextAsync(SlotFile);
        await _world.ShedAsync(capacity: 8);
        await _world.Router.StopAsync();
        await File.WriteAllTextAsync(SlotFile, before);

        await _world.Router.RestartAsync();

        Assert.Equal(SheddingWorld.Shedding(7), await _world.ToldAsync());
    }

    [Fact]
    public async Task What_was_shed_by_a_fence_before_is_not_shed_after_a_crash_either()
    {
        await _world.ShedAsync(capacity: 7);
        var shed = await File.ReadAllTextAsync(SheddingFile);
        using var lifted = await _world.PutAsync(shedding: null);
        await _world.Router.StopAsync();
        await File.WriteAllTextAsync(SheddingFile, shed);

        await _world.Router.RestartAsync();

        Assert.False((await _world.Router.GetAsync()).TryGetProperty("shedding", out _));
    }

    [Fact]
    public async Task The_same_values_in_another_order_or_twice_are_the_same()
    {
        await _world.ShedAsync(capacity: 7);
        _world.Ordinal--;

        using var again = await _world.Router.PutTextAsync(_world.Body(SheddingWorld.Shedding(7)).Replace(
            """["batch","low"]""", """["low","batch","low"]""", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    /// <summary>Whoever cannot read it serves everybody; a router that does not start serves nobody.</summary>
    [Theory]
    [InlineData("half of i")]
    [InlineData("null")]
    [InlineData("[null]")]
    [InlineData("""[{"fence":{"epoch":1,"generation":1,"ordinal":1},"shedding":null}]""")]
    public async Task What_cannot_be_read_of_it_keeps_no_slot_from_being_served(string stored)
    {
        await _world.ShedAsync(capacity: 0);
        await _world.Router.StopAsync();
        await File.WriteAllTextAsync(SheddingFile, stored);
        await _world.Router.RestartAsync();
        _world.Answer.SetResult();

        Assert.Equal(HttpStatusCode.OK, await _world.StatusOfAsync("low"));
    }

    [Fact]
    public async Task Somebody_who_removes_what_is_stored_of_it_keeps_no_change_of_the_slot_from_being_made()
    {
        await _world.ShedAsync(capacity: 7);
        Directory.Delete(Path.GetDirectoryName(SheddingFile)!, recursive: true);
        using var lifted = await _world.PutAsync(shedding: null);
        await _world.ShedAsync(capacity: 7);
        File.Delete(SheddingFile);
        Directory.CreateDirectory(SheddingFile);
        using var again = await _world.PutAsync(shedding: null);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (lifted.StatusCode, again.StatusCode));
    }

    [Fact]
    public async Task The_same_fence_with_another_capacity_is_refused()
    {
        await _world.ShedAsync(capacity: 7);
        _world.Ordinal--;

        using var again = await _world.PutAsync(SheddingWorld.Shedding(7));
        _world.Ordinal--;
        using var other = await _world.PutAsync(SheddingWorld.Shedding(8));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Conflict), (again.StatusCode, other.StatusCode));
    }

    [Theory]
    [InlineData("""{"capacity":-1,"retryAfter":"5s","header":"X-Class","low":["low"]}""")]
    [InlineData("""{"capacity":1000001,"retryAfter":"5s","header":"X-Class","low":["low"]}""")]
    [InlineData("""{"capacity":1,"retryAfter":"0s","header":"X-Class","low":["low"]}""")]
    [InlineData("""{"capacity":1,"retryAfter":"11m","header":"X-Class","low":["low"]}""")]
    [InlineData("""{"capacity":1,"retryAfter":"5s","header":"","low":["low"]}""")]
    [InlineData("""{"capacity":1,"retryAfter":"5s","header":"X Class","low":["low"]}""")]
    [InlineData("""{"capacity":1,"retryAfter":"5s","header":"X-Class","low":[]}""")]
    [InlineData("""{"capacity":1,"retryAfter":"5s","header":"X-Class","low":null}""")]
    [InlineData("""{"capacity":1,"retryAfter":"5s","header":"X-Class","low":[null]}""")]
    [InlineData("""{"capacity":1,"retryAfter":"5s","header":"X-Class","low":["a}b"]}""")]
    [InlineData("""{"capacity":1,"retryAfter":"5s","header":"X-Class"}""")]
    [InlineData("""{"capacity":1,"retryAfter":"5s","header":"X-Class","low":["low"],"high":["high"]}""")]
    public async Task One_that_means_nothing_is_refused(string shedding)
    {
        using var response = await _world.Router.PutTextAsync(
            """{"fence":{"epoch":1,"generation":1,"ordinal":1},"weights":{"1.0":0},"addresses":{},"shedding":"""
            + shedding + "}");

        Assert.InRange((int)response.StatusCode, 400, 422);
    }
}
