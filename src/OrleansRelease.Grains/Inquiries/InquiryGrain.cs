using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OrleansRelease.Contracts;
using OrleansRelease.Contracts.Inquiries;
using OrleansRelease.Core.Attribution;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Inquiries;
using OrleansRelease.Grains.Durability;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Inquiries;

[GrainType(Kinds.Inquiry)]
internal sealed class InquiryGrain(
    [PersistentState(Kinds.Inquiry, RowRecords.Provider)] IPersistentState<RowRecord> storage,
    Surroundings around, ILogger<InquiryGrain> logger)
    : DurableGrain<InquiryState, InquiryInput, InquiryEvent>(storage, around, logger), IInquiryGrain
{
    protected override string Kind => Kinds.Inquiry;

    protected override IDecider<InquiryState, InquiryInput, InquiryEvent> Decider { get; } = new InquiryDecider();

    public async Task FoundAsync(
        Finding finding, string objective, ImmutableArray<RolloutId> moving, CancellationToken cancellation) =>
        Taken(await StepAsync(new InquiryInput.Found(finding, objective, moving)));

    public async Task OverAsync(DateTimeOffset at, CancellationToken cancellation) =>
        Taken(await StepAsync(new InquiryInput.Over(at)));

    public Task<Answer<InquiryView>> GetAsync(CancellationToken cancellation) =>
        Task.FromResult(Read(row => new InquiryView(row.State!, row.Sequence)));

    // What was looked at once is looked at again.
    protected override bool IsToldOnce(InquiryInput input) => false;
}
