using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Doctor;
using OrleansRelease.Core.Doctor;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Slots;
using OrleansRelease.Gateway.Requests;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Gateway.Doctor;

/// <summary>What ails the system, and what differs between the record and what is there; changes nothing.</summary>
internal static class DoctorApi
{
    /// <summary>Each slot of a page is looked at, and all of them together within one request.</summary>
    private const int MaxSlots = 50;

    public static void MapDoctor(this IEndpointRouteBuilder api)
    {
        var doctor = api.MapGroup("/doctor").WithTags("Doctor");
        doctor.MapGet("/", OfSystem).WithName("diagnoseSystem")
            .WithSummary("Store and servers: formats, clocks, what is overdue or put aside");
        doctor.MapGet("/slots", OfSlots).WithName("diagnoseSlots")
            .WithSummary("What runs and who gets the requests, held against the record, slot by slot");
    }

    private static async Task<Ok<SystemDiagnosis>> OfSystem(ISystemReports reports, CancellationToken cancellation) =>
        TypedResults.Ok(SystemProblems.Of(await reports.ReportAsync(cancellation)));

    private static Task<Results<Ok<Page<SlotReport>>, ProblemHttpResult>> OfSlots(
        [AsParameters] RowSearch search, IRows rows, IGrainFactory grains, CancellationToken cancellation) =>
        (search with { Limit = Math.Min(search.Limit ?? MaxSlots, MaxSlots) })
            .Read(Kinds.Slot, Enum.GetNames<SlotPhase>())
            .Then(filter => ExamineAsync(filter, rows, grains, cancellation)).Reply();

    private static async Task<Answer<Page<SlotReport>>> ExamineAsync(
        RowFilter filter, IRows rows, IGrainFactory grains, CancellationToken cancellation)
    {
        var read = await rows.ListAsync(filter with { Limit = filter.Limit + 1 }, cancellation);
        var page = Pages.Of(read, filter.Limit, row => row.Key);
        ImmutableArray<SlotKey> keys = [.. page.Items.Select(row => SlotKey.From(row.Key))];
        var examined = await grains.GetGrain<IDoctorGrain>(0).ExamineAsync(keys, cancellation);
        return new Page<SlotReport>(examined, page.Next);
    }
}
