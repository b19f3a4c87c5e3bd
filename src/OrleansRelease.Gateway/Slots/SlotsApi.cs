using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansRelease.Contracts.Environments;
using OrleansRelease.Contracts.Slots;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Slots;
using OrleansRelease.Gateway.Requests;
using OrleansRelease.Gateway.Rollouts;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Gateway.Slots;

/// <summary>What runs where, which version is stable, who moves it, who waits.</summary>
internal static class SlotsApi
{
    public static void MapSlots(this IEndpointRouteBuilder api)
    {
        var slots = api.MapGroup("/slots").WithTags("Slots");
        slots.MapGet("/", List).WithName("listSlots").WithSummary("Slots by service, environment, phase");
        slots.MapGet("/{slot}", Get).WithName("getSlot").WithSummary("One service in one environment");
        slots.MapPost("/{slot}/retry", Retry).WithName("retrySlot")
            .WithSummary("Lets a slot that could not be decided on be tried again");
        slots.MapPost("/{slot}/accept", Accept).WithName("acceptSlot")
            .WithSummary("After a restore or a broken lease: what is there and not on record is how it goes on");
        slots.MapPost("/{slot}/break", Break).WithName("breakLease")
            .WithSummary("Takes the lease from this holder, which will not give it back; moves nothing");
        slots.MapPost("/{slot}/adopt", Adopt).WithName("adoptSlot")
            .WithSummary("Takes over a version that already runs and has all requests; moves nothing");
        api.MapGroup("/environments").WithTags("Slots").MapPost("/{name}/retry", RetryEnvironment)
            .WithName("retryEnvironment")
            .WithSummary("Lets an environment that could not be decided on be tried again");
    }

    private static Task<Results<Ok<Page<RowSummary>>, ProblemHttpResult>> List(
        [AsParameters] RowSearch search, IRows rows, CancellationToken cancellation) =>
        rows.PageAsync(search.Read(Kinds.Slot, Enum.GetNames<SlotPhase>()), cancellation).Reply();

    private static Task<Results<Ok<RowSummary>, ProblemHttpResult>> Retry(
        string slot, Caller caller, IGrainFactory grains, IRows rows, ReasonBody? body = null) =>
        Answers.Name<SlotKey>(slot, "slot")
            .Then(key => rows.RetryAsync(Kinds.Slot, $"{key}", grains.GetGrain<ISlotGrain>($"{key}"), body, caller))
            .Reply();

    private static Task<Results<Ok<SlotView>, ProblemHttpResult>> Accept(
        string slot, Caller caller, IGrainFactory grains, ReasonBody? body = null) =>
        Answers.Name<SlotKey>(slot, "slot")
            .Then(key => Asking.Why(body).Then(why => grains.GetGrain<ISlotGrain>($"{key}")
                .AcceptAsync(caller.Command(why.Reason), caller.DryRun, CancellationToken.None)))
            .Reply();

    private static Task<Results<Ok<SlotView>, ProblemHttpResult>> Break(
        string slot, BreakBody body, Caller caller, IGrainFactory grains) =>
        Answers.Name<SlotKey>(slot, "slot")
            .Then(key => body.Read().Then(asked => grains.GetGrain<ISlotGrain>($"{key}").BreakAsync(
                asked.Holder, caller.Command(asked.Reason), caller.DryRun, CancellationToken.None)))
            .Reply();

    private static Task<Results<Ok<Adoption>, ProblemHttpResult>> Adopt(
        string slot, AdoptBody body, Caller caller, IGrainFactory grains) =>
        Answers.Name<SlotKey>(slot, "slot").Then(key => body.Read(key))
            .Then(asked => asked.ByAsync(grains.GetGrain<IAdopterGrain>(0), caller))
            .Reply();

    private static Task<Results<Ok<RowSummary>, ProblemHttpResult>> RetryEnvironment(
        string name, Caller caller, IGrainFactory grains, IRows rows, ReasonBody? body = null) =>
        Answers.Name<EnvironmentName>(name, "environment")
            .Then(key => rows.RetryAsync(
                Kinds.Environment, $"{key}", grains.GetGrain<IEnvironmentGrain>($"{key}"), body, caller))
            .Reply();

    private static Task<Results<Ok<SlotView>, ProblemHttpResult>> Get(
        string slot, IGrainFactory grains, CancellationToken cancellation) =>
        Answers.Name<SlotKey>(slot, "slot")
            .Then(key => grains.GetGrain<ISlotGrain>(key.ToString()).GetAsync(cancellation))
            .Reply();
}
