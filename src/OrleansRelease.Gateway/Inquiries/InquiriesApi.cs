using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansRelease.Contracts.Inquiries;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Inquiries;
using OrleansRelease.Gateway.Requests;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Gateway.Inquiries;

/// <summary>Which services got worse while rollouts moved, and which of these was found to be the cause.</summary>
internal static class InquiriesApi
{
    public static void MapInquiries(this IEndpointRouteBuilder api)
    {
        var inquiries = api.MapGroup("/inquiries").WithTags("Inquiries");
        inquiries.MapGet("/", List).WithName("listInquiries")
            .WithSummary("Services that are worse than before, or were, by service, environment, phase");
        inquiries.MapGet("/{slot}", Get).WithName("getInquiry")
            .WithSummary("Which rollout made a service worse: the newest finding with all that it was made from");
    }

    private static Task<Results<Ok<Page<RowSummary>>, ProblemHttpResult>> List(
        [AsParameters] RowSearch search, IRows rows, CancellationToken cancellation) =>
        rows.PageAsync(search.Read(Kinds.Inquiry, Enum.GetNames<InquiryPhase>()), cancellation).Reply();

    private static Task<Results<Ok<InquiryView>, ProblemHttpResult>> Get(
        string slot, IGrainFactory grains, CancellationToken cancellation) =>
        Answers.Name<SlotKey>(slot, "slot")
            .Then(key => grains.GetGrain<IInquiryGrain>($"{key}").GetAsync(cancellation))
            .Reply();
}
